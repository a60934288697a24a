import { parseArgs } from "node:util"
import type { Proof } from "../test/simulation/Proof.ts"
import { proofs } from "../test/simulation/proofs.ts"

const { values } = parseArgs({ options: { only: { type: "string" }, quick: { type: "boolean", default: false } } })

/** Whole experiments, simulated often: one line for each proof, or for those whose name contains what `--only` says. */
const { only } = values
const chosen = only === undefined ? proofs : proofs.filter(({ name }) => name.includes(only))

const isProved = ({ name, claim, prove }: Proof): boolean => {
  const startedAt = performance.now()
  const { holds, figures } = prove(values.quick ? "quick" : "full")
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  console.log(
    `${holds ? "ok    " : "FAILED"}  ${name}: ${figures}  (${seconds} s)${holds ? "" : `\n        claimed: ${claim}`}`,
  )
  return holds
}

if (chosen.length === 0) {
  console.error(`no proof is called "${only}"; there are:\n${proofs.map(({ name }) => name).join("\n")}`)
}
const failed = chosen.filter((proof) => !isProved(proof)).length
if (failed > 0) console.error(`${failed} of ${chosen.length} proofs failed`)
process.exitCode = failed === 0 && chosen.length > 0 ? 0 : 1

import { parseArgs } from "node:util"
import { allSeries } from "../test/nightly/allSeries.ts"
import { carryOut, interrupt } from "./carryOut.ts"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { from: { type: "string" }, quick: { type: "boolean", default: false } },
})
const { from, quick } = values

/** Every series, or those whose name contains one of the words that are given; with `--from`, without those before it. */
const chosen = allSeries
  .slice(from === undefined ? 0 : allSeries.findIndex(({ name }) => name === from))
  .filter(({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)))

const isKnown = from === undefined || allSeries.some(({ name }) => name === from)
if (chosen.length === 0 || !isKnown) {
  console.error(`no such series; there are:\n${allSeries.map(({ name }) => name).join("\n")}`)
  process.exit(1)
}

const counts = { passed: 0, failed: 0, skipped: 0 }
let interrupted = false
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted = true
    interrupt()
  })
}

for (const { name, claim } of chosen) {
  if (process.stdout.isTTY) process.stdout.write(`…       ${name}\r`)
  const startedAt = performance.now()
  const { found, said } = await carryOut(name, quick ? "quick" : "full")
  if (interrupted) {
    console.error(`interrupted; to go on: npm run nightly -- ${[...positionals, "--from", name].map(quoted).join(" ")}`)
    process.exit(130)
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  if ("skipped" in found) {
    counts.skipped += 1
    console.log(`skipped ${name}: ${found.skipped}`)
  } else {
    counts[found.holds ? "passed" : "failed"] += 1
    console.log(`${found.holds ? "ok     " : "FAILED "} ${name}: ${found.figures}  (${seconds} s)`)
    if (!found.holds) console.log(`        claimed: ${claim}\n${said}`)
  }
}

const { passed, failed, skipped } = counts
console.log(`${passed} series passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`)
process.exitCode = failed === 0 ? 0 : 1

function quoted(word: string): string {
  return word.includes(" ") ? JSON.stringify(word) : word
}

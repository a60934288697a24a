import type { HeldOutScore, Program } from "../Program.ts"
import type { StoredProgram } from "../services/programs/ProgramStore.ts"
import { formatCost } from "./format.ts"
import { factLines, table } from "./table.ts"

/** What `--json` shows of a program where many are shown. `signature` is the signature's hash. */
export const programRow = ({ program, status }: StoredProgram) => ({
  id: program.id,
  signature: program.signatureHash,
  workflow: program.workflow,
  step: program.step,
  optimizer: program.optimizer.name,
  adopted: status.adopted,
  reason: status.reason,
  heldOut: program.heldOut,
  createdAt: program.createdAt,
})

/** Programs as a table. */
export const programTable = (programs: ReadonlyArray<StoredProgram>): string =>
  table([
    ["ID", "", "STEP", "OPTIMIZER", "HELD OUT", "MADE", "SIGNATURE"],
    ...programs.map(({ program, status }) => [
      program.id,
      status.adopted ? "adopted" : "",
      placeText(program),
      program.optimizer.name,
      program.heldOut === null ? "·" : `${score(program.heldOut.baseline)} → ${score(program.heldOut.optimized)}`,
      program.createdAt.slice(0, 16).replace("T", " "),
      program.signatureHash.slice(0, 12),
    ]),
  ]).join("\n")

/** One program for people: where it stands, what it scored, what it says to the model. */
export const programText = ({ program, status }: StoredProgram): string => {
  const { candidate, optimizer, data, compilation, signature } = program
  const facts: ReadonlyArray<readonly [string, string]> = [
    ["id", program.id],
    ["status", `${status.adopted ? "adopted" : "not adopted"}${status.reason === "" ? "" : `: ${status.reason}`}`],
    ["step", placeText(program)],
    [
      "signature",
      `${fieldNames(signature.inputs)} -> ${fieldNames(signature.outputs)} (${program.signatureHash.slice(0, 12)})`,
    ],
    ["made", `${program.createdAt} by ${optimizer.name} (${optimizer.engine}, seed ${optimizer.seed})`],
    ["settings", JSON.stringify(optimizer.settings)],
    ["model", program.model],
    ["held out", program.heldOut === null ? "no score" : heldOutText(program.heldOut)],
    ["data", `${data.train} to train, ${data.validation} to select, ${data.heldOut} held out`],
    ["compiling", `${compilation.calls} calls, ${compilation.trials} trials, cost ${formatCost(compilation.costUsd)}`],
    ["adapter", `${candidate.adapter}${candidate.reasoning ? ", with reasoning" : ""}`],
    ["demos", demosText(program)],
  ]
  const demos = candidate.demos.map(({ inputs, outputs }) => `  ${JSON.stringify(inputs)} → ${JSON.stringify(outputs)}`)
  return [
    ...factLines(facts),
    "",
    ...candidate.instructions.split("\n").map((line) => `  ${line}`.trimEnd()),
    ...(demos.length > 0 ? ["", ...demos] : []),
  ].join("\n")
}

/** `quiz/answer`, as `rollback` takes it. */
export const placeText = ({ workflow, step }: Pick<Program, "workflow" | "step">): string =>
  step === null ? "any step of the signature" : workflow === null ? step : `${workflow}/${step}`

const heldOutText = ({ metric, baseline, optimized, n, interval: [low, high] }: HeldOutScore): string =>
  `${metric} ${score(baseline)} → ${score(optimized)} on ${n} rows (difference between ${score(low)} and ${score(high)}, 95 %)`

const demosText = ({ candidate: { demos, retrieval } }: Program): string =>
  retrieval === undefined
    ? `${demos.length}, ${demos.filter(({ augmented }) => augmented).length} of them answered by a model`
    : `${retrieval.k} for each input, the nearest of ${retrieval.count} rows`

const fieldNames = (fields: Program["signature"]["inputs"]): string => fields.map(({ name }) => name).join(", ")

const score = (value: number): string => value.toFixed(3)

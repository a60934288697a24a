import { relative } from "node:path"
import process from "node:process"
import type { JsonObject } from "../Json.ts"
import type { RunReport, StepReport } from "../RunReport.ts"
import { count, formatCost, formatDuration } from "./format.ts"

/** The answer of a run: what its last step that was carried out said; absent when none was. */
export const answerText = ({ steps, results }: RunReport): string | undefined => {
  const last = steps.findLast((step) => isDone(step, results))
  const result = last === undefined ? undefined : results[last.name]
  return result === undefined ? undefined : resultText(result)
}

/** What the steps before the last one said, in a line each, and a line to set them apart. */
export const earlierAnswers = ({ steps, results }: RunReport): ReadonlyArray<string> => {
  const earlier = steps.filter((step) => isDone(step, results)).slice(0, -1)
  return earlier.length === 0 ? [] : [...earlier.map(({ name }) => answerLine(name, results)), ""]
}

const answerLine = (name: string, results: RunReport["results"]): string =>
  `${name}: ${inOneLine(resultText(results[name] ?? {}))}`

/** `completed: 3 steps in 1.2 s, $0.0012, 812 tokens (hybrid)`. */
export const totalsText = ({ status, steps, totals, mode }: RunReport): string => {
  const { latencyMs, costUsd, tokens } = totals
  const parts = [
    `${count(steps.length, "step")} in ${formatDuration(latencyMs)}`,
    costUsd === null ? "cost unknown" : formatCost(costUsd),
    count(tokens.input + tokens.output, "token"),
  ]
  return `${status}: ${parts.join(", ")} (${mode})`
}

/** What failed, where, and what to do about it; empty for a run that did not fail. */
export const failureText = ({ error }: RunReport): string => {
  if (error === undefined) return ""
  const { step, reason, message } = error
  if (step === null) return `doubletrack: the run failed (${reason}): ${message}`
  const named = `step "${step}"`
  const rest = message.toLowerCase().startsWith(named.toLowerCase()) ? message.slice(named.length) : `: ${message}`
  return `doubletrack: ${named} failed (${reason})${rest}`
}

/** What a run that did not complete leaves: its answers so far and the files it wrote. */
export const keptText = (report: RunReport, written = writtenLines(report)): string => {
  const done = report.steps.filter((step) => isDone(step, report.results))
  if (done.length === 0) return "Nothing was done before that."
  return [
    `Kept: ${done.length} of ${count(report.steps.length, "step")} done.`,
    ...done.map(({ name }) => `  ${answerLine(name, report.results)}`),
    ...written.map((line) => `  ${line}`),
  ].join("\n")
}

/** The files that a run wrote here, relative to the working directory. */
export const writtenLines = (report: RunReport): ReadonlyArray<string> =>
  filesOf(report).map((file) => `written: ${relative(process.cwd(), file)}`)

/** The files that a run wrote where its worker is. */
export const linesOfWorker = (report: RunReport): ReadonlyArray<string> =>
  filesOf(report).map((file) => `written, on the machine of its worker: ${file}`)

const filesOf = ({ steps }: RunReport): ReadonlyArray<string> => [
  ...new Set(steps.flatMap(({ outputFile }) => (outputFile === undefined ? [] : [outputFile]))),
]

/** Whether a step was carried out to its end. */
const isDone = ({ name, executed, skipped }: StepReport, results: RunReport["results"]): boolean =>
  executed !== null && !skipped && results[name] !== undefined

const resultText = (result: JsonObject): string =>
  typeof result.text === "string" ? result.text : JSON.stringify(result, null, 2)

const inOneLine = (text: string): string => {
  const line = text.trim().replaceAll(/\s+/g, " ")
  return line.length > 100 ? `${line.slice(0, 100)}…` : line
}

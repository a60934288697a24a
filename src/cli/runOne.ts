import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { Run } from "../Run.ts"
import type { RunEvent } from "../RunEvent.ts"
import type { RunReport } from "../RunReport.ts"
import { executeRun } from "./executeRun.ts"
import { formatCost, formatDuration } from "./format.ts"
import {
  answerText,
  earlierAnswers,
  failureText,
  keptText,
  linesOfWorker,
  totalsText,
  writtenLines,
} from "./reportText.ts"
import { runView } from "./runView.ts"

/** Which of several runs one is, from 1. */
export interface RunPosition {
  readonly number: number
  readonly of: number
}

/** How one run is shown. */
export interface RunOutput {
  readonly json: boolean
  readonly quiet: boolean
  /** `null` for a run by itself. */
  readonly position: RunPosition | null
  /** Whether a worker of the fleet carries it out. */
  readonly isRemote: boolean
  readonly onEvent: (event: RunEvent) => Effect.Effect<void>
}

/** Carries out one run and shows it: its steps while it goes on, its report when it has ended. */
export const runOne = (run: Run, output: RunOutput) =>
  Effect.gen(function* () {
    const view = yield* runView({ shown: !output.json && !output.quiet })
    if (output.position !== null && !output.json && !output.quiet) yield* Console.log(headerOf(output.position))
    const report = yield* executeRun(run, {
      onEvent: (event) => Effect.andThen(output.onEvent(event), view.onEvent(event)),
      onCancelling: view.note("cancelling (Ctrl-C again stops at once)"),
      onCancelled: (report) => Effect.andThen(view.end, printReport(report, output)),
      ...(output.isRemote
        ? { patience: { duration: "5 seconds", onLate: Effect.andThen(view.end, sayLate(run.id)) } }
        : {}),
    })
    yield* view.end
    yield* printReport(report, output)
    return report
  }).pipe(Effect.scoped)

/** A worker that is away cancels it when it is back; one that waits for a worker, whoever takes it. */
const sayLate = (runId: string) => Console.error(`${runId}: asked to end, it has not yet`)

/** `run 2 of 3`. */
export const headerOf = ({ number, of }: RunPosition): string => `run ${number} of ${of}`

const printReport = (report: RunReport, output: RunOutput) =>
  Effect.gen(function* () {
    if (output.json) {
      yield* Console.log(JSON.stringify(report, null, output.position === null ? 2 : undefined))
      if (output.position !== null && !output.quiet) yield* Console.error(progressText(report, output.position))
    }
    if (report.status === "completed") {
      if (!output.json) yield* printAnswer(report, output)
      return
    }
    const kept = keptText(report, filesText(report, output))
    yield* Console.error([failureText(report) || "doubletrack: cancelled", kept].join("\n"))
  })

const filesText = (report: RunReport, { isRemote }: RunOutput): ReadonlyArray<string> =>
  isRemote ? linesOfWorker(report) : writtenLines(report)

const printAnswer = (report: RunReport, output: RunOutput) =>
  Effect.gen(function* () {
    const answer = answerText(report)
    if (output.quiet) return yield* answer === undefined ? Effect.void : Console.log(answer)
    const files = filesText(report, output)
    const shown = answer === undefined ? [] : ["", ...earlierAnswers(report), answer, ""]
    yield* Console.log([...shown, ...files, totalsText(report)].join("\n"))
  })

/** `run 2 of 3: completed, 12 ms, $0`. */
export const progressText = ({ status, totals }: RunReport, position: RunPosition): string =>
  `${headerOf(position)}: ${status}, ${formatDuration(totals.latencyMs)}, ${formatCost(totals.costUsd)}`

import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { DoubletrackService } from "../DoubletrackService.ts"
import type { Refusal } from "../refused.ts"
import type { EvaluationReport } from "../services/evaluation/EvaluationReport.ts"
import type { EvaluateOptions } from "../services/evaluation/evaluateWorkflow.ts"
import { MetricError } from "../services/metrics/Metric.ts"
import { StepFailure } from "../StepFailure.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { evaluationProgress } from "./evaluationProgress.ts"
import { evaluationText } from "./evaluationText.ts"
import { refusalOf } from "./openTrack.ts"

/** Measures steps of a pipeline on a data set, says how far it is, and prints a report for each. */
export const measure = Effect.fnUntraced(function* (
  track: DoubletrackService,
  file: string,
  options: EvaluateOptions,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
) {
  const progress = yield* evaluationProgress({ shown: !quiet })
  const reports = yield* measured(track, file, { ...options, onProgress: progress.onProgress }).pipe(
    Effect.onInterrupt(() => progress.interrupted),
    Effect.ensuring(progress.end),
  )
  if (!quiet) yield* Effect.forEach(warningsOf(reports), (warning) => Console.error(warning))
  for (const report of reports) {
    yield* Console.log(json ? JSON.stringify(report, null, reports.length > 1 ? undefined : 2) : evaluationText(report))
  }
  return reports
})

/** Mistakes of the user end with 2, an answer that could not be had or scored with 1. */
const measured = (
  track: DoubletrackService,
  file: string,
  options: EvaluateOptions,
): Effect.Effect<ReadonlyArray<EvaluationReport>, Refusal | CommandFailed> =>
  Effect.tryPromise({ try: (signal) => track.evaluate(file, { ...options, signal }), catch: (cause) => cause }).pipe(
    Effect.catch((cause): Effect.Effect<never, Refusal | CommandFailed> => {
      if (!(cause instanceof MetricError || cause instanceof StepFailure)) return refusalOf(cause)
      return Effect.andThen(Console.error(cause.message), Effect.fail(new CommandFailed()))
    }),
  )

const warningsOf = (reports: ReadonlyArray<EvaluationReport>): ReadonlyArray<string> => [
  ...new Set(reports.flatMap(({ warnings }) => warnings)),
]

import * as Effect from "effect/Effect"
import type { Example } from "../../Example.ts"
import { evaluatedTask, type StepUnderEvaluation } from "../evaluation/evaluatedTask.ts"
import { evaluateRow } from "../evaluation/evaluateRow.ts"
import { TraditionalExecutor } from "../executors/TrackExecutor.ts"
import type { Metric } from "../metrics/Metric.ts"
import { type Measured, measuredOf } from "./Measured.ts"
import type { MeteredCalls } from "./meteredCalls.ts"
import { OptimizationError } from "./Optimizer.ts"

/** Measures the prompt that a person wrote on rows. What keeps it from being asked at all ends the job. */
export const measureTraditional = Effect.fnUntraced(function* (
  evaluated: StepUnderEvaluation,
  examples: ReadonlyArray<Example>,
  {
    metric,
    calls,
    callsPerRow,
    concurrency,
  }: {
    readonly metric: Metric
    readonly calls: MeteredCalls
    readonly callsPerRow: number
    readonly concurrency: number
  },
): Effect.fn.Return<Measured, OptimizationError, TraditionalExecutor> {
  const { execute } = yield* TraditionalExecutor
  const { signature } = evaluated
  const rows = Effect.forEach(
    examples,
    (example) => evaluateRow(execute, evaluatedTask(evaluated, example, "traditional"), { example, signature, metric }),
    { concurrency },
  ).pipe(
    Effect.catchTags({
      StepFailure: ({ message }) => Effect.fail(new OptimizationError({ reason: "configuration", message })),
      MetricError: ({ message }) => Effect.fail(new OptimizationError({ reason: "metric_failed", message })),
    }),
  )
  return measuredOf(yield* calls.within(examples.length * callsPerRow, rows))
})

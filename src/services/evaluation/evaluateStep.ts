import * as Effect from "effect/Effect"
import type { StepFailure } from "../../StepFailure.ts"
import type { Dataset, DatasetExample } from "../datasets/Dataset.ts"
import { OptimizedExecutor, TraditionalExecutor } from "../executors/TrackExecutor.ts"
import { type Metric, MetricError } from "../metrics/Metric.ts"
import { type AnswerPair, compareModes, modeScore } from "./compareModes.ts"
import { type EvaluatedMode, type EvaluatedRow, type EvaluationReport, evaluatedModes } from "./EvaluationReport.ts"
import { evaluatedTask, type StepUnderEvaluation } from "./evaluatedTask.ts"
import { evaluateRow } from "./evaluateRow.ts"
import { meteredMetric } from "./meteredMetric.ts"

export interface StepEvaluation extends StepUnderEvaluation {
  readonly dataset: Dataset
  /** The rows to measure, of the data set or some of them. */
  readonly examples: ReadonlyArray<DatasetExample>
  readonly modes: ReadonlyArray<EvaluatedMode>
  readonly metric: Metric
  readonly programId: string | null
  readonly warnings: ReadonlyArray<string>
  /** Rows under way at once. */
  readonly concurrency: number
  /** Called after each row. */
  readonly onRow: (row: EvaluatedRow) => void
}

/** Runs each mode on each row, one after the other within a row, and sums up. Interrupting it aborts the calls under way. */
export const evaluateStep = Effect.fn("evaluateStep")(function* (
  evaluation: StepEvaluation,
): Effect.fn.Return<EvaluationReport, StepFailure | MetricError, TraditionalExecutor | OptimizedExecutor> {
  const { workflow, step, signature, dataset, examples, programId, warnings } = evaluation
  const { metric, usage: metricUsage } = meteredMetric(evaluation.metric)
  const executors = { traditional: yield* TraditionalExecutor, dspy_optimized: yield* OptimizedExecutor }
  const modes = evaluatedModes.filter((mode) => evaluation.modes.includes(mode))

  const evaluateOne = Effect.fnUntraced(function* (example: DatasetExample) {
    const answered = yield* Effect.forEach(modes, (mode) =>
      evaluateRow(executors[mode].execute, evaluatedTask(evaluation, example, mode), {
        example,
        signature,
        metric,
      }).pipe(
        Effect.map((answer) => [mode, answer] as const),
        Effect.catchTag("MetricError", ({ message }) =>
          Effect.fail(new MetricError({ message: `${dataset.file}:${example.line}: ${message}` })),
        ),
      ),
    )
    const { line, inputs, outputs: expected } = example
    const row: EvaluatedRow = { line, inputs, expected, answers: Object.fromEntries(answered) }
    yield* Effect.sync(() => evaluation.onRow(row))
    return row
  })

  const rows = yield* Effect.forEach(examples, evaluateOne, { concurrency: evaluation.concurrency })
  const [only, ...others] = signature.outputs
  return {
    workflow: workflow.name,
    step: step.name,
    metric: metric.name,
    n: rows.length,
    dataset: { file: dataset.file, fingerprint: dataset.fingerprint, rows: dataset.examples.length },
    programId,
    metricCostUsd: metricUsage().costUsd,
    modes: Object.fromEntries(
      modes.map((mode) => [mode, modeScore(rows.flatMap(({ answers }) => answers[mode] ?? []))]),
    ),
    ...(modes.length === evaluatedModes.length ? compareModes(rows.flatMap(pairOf)) : {}),
    warnings,
    ...(others.length === 0 && only.type === "enum" && only.values !== undefined ? { labels: only.values } : {}),
    rows,
  }
})

const pairOf = ({ answers: { traditional, dspy_optimized: optimized } }: EvaluatedRow): ReadonlyArray<AnswerPair> =>
  traditional === undefined || optimized === undefined ? [] : [{ traditional, optimized }]

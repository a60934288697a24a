import * as Effect from "effect/Effect"
import type { Example } from "../../Example.ts"
import { isRecord } from "../../language/lookUp.ts"
import type { Signature } from "../../Signature.ts"
import type { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { signatureOutputs } from "../executors/signatureOutputs.ts"
import type { StepAnswer } from "../executors/TrackExecutor.ts"
import type { Metric, MetricError } from "../metrics/Metric.ts"
import type { EvaluatedAnswer } from "./EvaluationReport.ts"
import { measuredAnswer, spent } from "./measuredAnswer.ts"

/** One mode's answer to one row, measured and scored. A failure of the mode scores 0; one of the set-up ends the evaluation. */
export const evaluateRow = Effect.fnUntraced(function* (
  execute: (task: StepTask) => Effect.Effect<StepAnswer, StepFailure>,
  task: StepTask,
  row: { readonly example: Example; readonly signature: Signature; readonly metric: Metric },
): Effect.fn.Return<EvaluatedAnswer, StepFailure | MetricError> {
  const measured = yield* measuredAnswer(execute, task)
  if (measured._tag === "Failed") return measured.failed
  const { result, usage } = measured.answer
  const text = typeof result["text"] === "string" ? result["text"] : ""
  const answered = result["outputs"]
  const outputs = answered !== undefined && isRecord(answered) ? answered : signatureOutputs(row.signature, text)
  const { example, signature, metric } = row
  const scored = yield* metric.score({ inputs: example.inputs, expected: example.outputs, actual: outputs, signature })
  return { ...scored, outputs, text, latencyMs: measured.latencyMs, ...spent(usage) }
})

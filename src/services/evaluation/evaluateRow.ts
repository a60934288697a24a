import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Example } from "../../Example.ts"
import { isRecord } from "../../language/lookUp.ts"
import type { Signature } from "../../Signature.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { noUsage, type Usage } from "../../Usage.ts"
import { signatureOutputs } from "../executors/signatureOutputs.ts"
import type { StepAnswer } from "../executors/TrackExecutor.ts"
import type { Metric, MetricError } from "../metrics/Metric.ts"
import type { EvaluatedAnswer } from "./EvaluationReport.ts"

/**
 * One mode's answer to one row, measured and scored. Failures that say something about the mode score 0; those that say
 * something about the set-up (a key, a model's name, a prompt that wants what the row does not have) end the evaluation.
 */
export const evaluateRow = Effect.fnUntraced(function* (
  execute: (task: StepTask) => Effect.Effect<StepAnswer, StepFailure>,
  task: StepTask,
  row: { readonly example: Example; readonly signature: Signature; readonly metric: Metric },
): Effect.fn.Return<EvaluatedAnswer, StepFailure | MetricError> {
  const startedAt = yield* Clock.currentTimeMillis
  const outcome = yield* execute(task).pipe(
    Effect.timeoutOrElse({ duration: task.settings.stepTimeoutMs, orElse: () => Effect.fail(late(task)) }),
    Effect.map((answer) => ({ answer }) as const),
    Effect.catch((failure) =>
      aboutSetup.has(failure.reason) ? Effect.fail(failure) : Effect.succeed({ failure } as const),
    ),
  )
  const latencyMs = (yield* Clock.currentTimeMillis) - startedAt
  if ("failure" in outcome) {
    const { reason, message, usage = noUsage } = outcome.failure
    const measured = { latencyMs, ...spent(usage) }
    return { score: 0, feedback: message, outputs: null, text: "", failure: { reason, message }, ...measured }
  }
  const { result, usage } = outcome.answer
  const text = typeof result["text"] === "string" ? result["text"] : ""
  const answered = result["outputs"]
  const outputs = answered !== undefined && isRecord(answered) ? answered : signatureOutputs(row.signature, text)
  const { example, signature, metric } = row
  const scored = yield* metric.score({ inputs: example.inputs, expected: example.outputs, actual: outputs, signature })
  return { ...scored, outputs, text, latencyMs, ...spent(usage) }
})

/** Failures that say nothing about a mode, and that every further row would meet. */
export const aboutSetup: ReadonlySet<StepFailure["reason"]> = new Set([
  "authentication",
  "configuration",
  "invalid_input",
  "budget_exceeded",
])

const spent = ({ costUsd, tokens }: Usage) => ({ costUsd, tokens })

const late = ({ step, settings }: StepTask): StepFailure =>
  new StepFailure({
    reason: "timeout",
    message: `step "${step.name}" gave no answer within ${settings.stepTimeoutMs} ms`,
  })

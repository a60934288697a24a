import * as Effect from "effect/Effect"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { stopwatch } from "../../stopwatch.ts"
import { noUsage, type Usage } from "../../Usage.ts"
import type { StepAnswer } from "../executors/TrackExecutor.ts"
import { waitMeter } from "../limits/waitMeter.ts"
import type { EvaluatedAnswer } from "./EvaluationReport.ts"

/** An answer that is to be scored, or a failure, which is worth 0. */
export type MeasuredAnswer =
  | { readonly _tag: "Answered"; readonly answer: StepAnswer; readonly latencyMs: number }
  | { readonly _tag: "Failed"; readonly failed: EvaluatedAnswer }

/**
 * One track's answer within the step's deadline, and how long it took without waiting for limits. Failures that say something about the set-up (a
 * key, a model's name, a prompt that wants what is not there) say nothing about the track, and stay failures.
 */
export const measuredAnswer = Effect.fnUntraced(function* (
  execute: (task: StepTask) => Effect.Effect<StepAnswer, StepFailure>,
  task: StepTask,
): Effect.fn.Return<MeasuredAnswer, StepFailure> {
  const tookMs = yield* stopwatch
  const waiting = waitMeter()
  const outcome = yield* waiting.counted(execute(task)).pipe(
    Effect.timeoutOrElse({ duration: task.settings.stepTimeoutMs, orElse: () => Effect.fail(late(task)) }),
    Effect.map((answer) => ({ answer }) as const),
    Effect.catch((failure) =>
      aboutSetup.has(failure.reason) ? Effect.fail(failure) : Effect.succeed({ failure } as const),
    ),
  )
  const latencyMs = Math.max(0, (yield* tookMs) - (yield* waiting.waitedMs))
  if ("answer" in outcome) return { _tag: "Answered", answer: outcome.answer, latencyMs }
  const { reason, message, usage = noUsage } = outcome.failure
  const measured = { latencyMs, ...spent(usage) }
  return {
    _tag: "Failed",
    failed: { score: 0, feedback: message, outputs: null, text: "", failure: { reason, message }, ...measured },
  }
})

/** Failures that say nothing about a track, and that every further row would meet. */
const aboutSetup: ReadonlySet<StepFailure["reason"]> = new Set([
  "authentication",
  "configuration",
  "invalid_input",
  "budget_exceeded",
])

export const spent = ({ costUsd, tokens }: Usage) => ({ costUsd, tokens })

const late = ({ step, settings }: StepTask): StepFailure =>
  new StepFailure({
    reason: "timeout",
    message: `step "${step.name}" gave no answer within ${settings.stepTimeoutMs} ms`,
  })

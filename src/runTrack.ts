import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import type { Track } from "./ExecutionMode.ts"
import type { Outcome } from "./Outcome.ts"
import type { StepAnswer } from "./services/executors/TrackExecutor.ts"
import { StepFailure } from "./StepFailure.ts"
import type { StepTask } from "./StepTask.ts"
import { noUsage } from "./Usage.ts"

/**
 * Runs one track of a step within its deadline and measures it. Failures and defects come out as
 * outcomes; only interruption stays one.
 */
export const runTrack = <R>(
  track: Track,
  task: StepTask,
  execute: Effect.Effect<StepAnswer, StepFailure, R>,
): Effect.Effect<Outcome, never, R> =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const exit = yield* Effect.exit(withDeadline(task, execute))
    const latencyMs = (yield* Clock.currentTimeMillis) - startedAt
    if (Exit.isSuccess(exit)) return { _tag: "Answered", track, latencyMs, ...exit.value }
    if (Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.interrupt
    const failure = failureOf(exit.cause)
    return { _tag: "Unanswered", track, latencyMs, usage: failure.usage ?? noUsage, failure }
  })

const withDeadline = <R>({ step, settings }: StepTask, execute: Effect.Effect<StepAnswer, StepFailure, R>) =>
  Effect.timeoutOrElse(execute, {
    duration: settings.stepTimeoutMs,
    orElse: () =>
      Effect.fail(
        new StepFailure({
          reason: "timeout",
          message: `step "${step.name}" gave no answer within ${settings.stepTimeoutMs} ms; raise stepTimeoutMs if it needs longer`,
        }),
      ),
  })

const failureOf = (cause: Cause.Cause<StepFailure>): StepFailure => {
  const expected = Cause.findError(cause)
  if (Result.isSuccess(expected)) return expected.success
  const defect = Cause.squash(cause)
  return new StepFailure({ reason: "defect", message: defect instanceof Error ? defect.message : String(defect) })
}

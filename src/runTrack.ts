import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Track } from "./ExecutionMode.ts"
import { Answered, type Outcome } from "./Outcome.ts"
import type { StepAnswer } from "./services/executors/TrackExecutor.ts"
import { waitMeter } from "./services/limits/waitMeter.ts"
import { usageMeter } from "./services/models/usageMeter.ts"
import { StepFailure } from "./StepFailure.ts"
import type { StepTask } from "./StepTask.ts"
import { stopwatch } from "./stopwatch.ts"

/**
 * Runs one track of a step within its deadline and measures it. Failures and defects come out as
 * outcomes, an executor that interrupts itself or answers with what is no answer among them; only
 * interruption from outside stays one. A failure that does not say what was spent costs what its calls did. `leftMs` is what
 * there is left of `max_wait_time`.
 */
export const runTrack = <R>(
  track: Track,
  task: StepTask,
  execute: Effect.Effect<StepAnswer, StepFailure, R>,
  leftMs = Infinity,
): Effect.Effect<Outcome, never, R> =>
  Effect.gen(function* () {
    const tookMs = yield* stopwatch
    const [meter, waiting] = [usageMeter(), waitMeter()]
    const executing = yield* Effect.forkChild(withDeadline(task, leftMs, waiting.counted(meter.counted(execute))))
    const exit = yield* Effect.onInterrupt(Fiber.await(executing), () => Fiber.interrupt(executing))
    const waitedMs = yield* waiting.waitedMs
    const measured = { track, latencyMs: yield* tookMs, ...(waitedMs === 0 ? {} : { waitedMs }) }
    const failed = (failure: StepFailure): Outcome => {
      const usage = failure.usage ?? meter.usage()
      return { _tag: "Unanswered", ...measured, usage, failure }
    }
    if (Exit.isFailure(exit)) return failed(failureOf(exit.cause))
    const outcome = { _tag: "Answered" as const, ...measured, ...exit.value }
    return isAnswered(outcome) ? outcome : failed(noAnswer(track, task))
  })

const isAnswered = Schema.is(Answered)

const noAnswer = (track: Track, { step }: StepTask): StepFailure =>
  new StepFailure({
    reason: "defect",
    message: `step "${step.name}": the executor of the ${track} track answered with something that is no StepAnswer`,
  })

const withDeadline = <R>(
  { step, settings: { stepTimeoutMs } }: StepTask,
  leftMs: number,
  execute: Effect.Effect<StepAnswer, StepFailure, R>,
) => {
  const within =
    leftMs < stepTimeoutMs
      ? `the ${leftMs} ms that were left of max_wait_time; raise that`
      : `${stepTimeoutMs} ms; raise stepTimeoutMs`
  const message = `step "${step.name}" gave no answer within ${within} if it needs longer`
  return Effect.timeoutOrElse(execute, {
    duration: Math.min(leftMs, stepTimeoutMs),
    orElse: () => Effect.fail(new StepFailure({ reason: "timeout", message })),
  })
}

const failureOf = (cause: Cause.Cause<StepFailure>): StepFailure => {
  const expected = Cause.findError(cause)
  if (Result.isSuccess(expected)) return expected.success
  const defect = Cause.squash(cause)
  return new StepFailure({ reason: "defect", message: defect instanceof Error ? defect.message : String(defect) })
}

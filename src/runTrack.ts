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
 * interruption from outside stays one. A failure that does not say what was spent costs what its calls did.
 */
export const runTrack = <R>(
  track: Track,
  task: StepTask,
  execute: Effect.Effect<StepAnswer, StepFailure, R>,
): Effect.Effect<Outcome, never, R> =>
  Effect.gen(function* () {
    const tookMs = yield* stopwatch
    const [meter, waiting] = [usageMeter(), waitMeter()]
    const executing = yield* Effect.forkChild(withDeadline(task, waiting.counted(meter.counted(execute))))
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

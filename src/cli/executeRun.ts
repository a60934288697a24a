import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { InputError } from "../InputError.ts"
import type { Run } from "../Run.ts"
import type { RunEvent } from "../RunEvent.ts"
import type { RunReport } from "../RunReport.ts"
import { refusable } from "./openTrack.ts"

/** What is done while and after a run goes on. */
export interface RunFollower {
  /** Called with each event in order; the run's report is not handed out before the last one is through. */
  readonly onEvent: (event: RunEvent) => Effect.Effect<void>
  /** Called when an interrupted run begins to be cancelled. */
  readonly onCancelling: Effect.Effect<void>
  /** Called with the report of a run that was interrupted, which was cancelled for it. */
  readonly onCancelled: (report: RunReport) => Effect.Effect<void>
}

/** Follows a run to its end. Interrupting it cancels the run, waits for its report and stays interrupted. */
export const executeRun = (
  run: Run,
  { onEvent, onCancelling, onCancelled }: RunFollower,
): Effect.Effect<RunReport, InputError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const follower = yield* Effect.forkChild(Stream.runForEach(eventsOf(run), onEvent))
      const exit = yield* Effect.exit(restore(refusable(() => run.result)))
      const interrupted = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
      if (interrupted) yield* onCancelling
      const report = interrupted ? yield* refusable(() => run.cancel()) : yield* exit
      yield* Fiber.join(follower)
      if (!interrupted) return report
      yield* onCancelled(report)
      return yield* Effect.interrupt
    }),
  )

/** The events of a run; ends with it, also where it was refused before its first event. */
const eventsOf = (run: Run): Stream.Stream<RunEvent> =>
  Stream.callback<RunEvent>((queue) =>
    Effect.acquireRelease(
      Effect.sync(() =>
        run.events$.subscribe({
          next: (event) => void Queue.offerUnsafe(queue, event),
          complete: () => void Queue.endUnsafe(queue),
        }),
      ),
      (subscription) => Effect.sync(() => subscription.unsubscribe()),
    ),
  )

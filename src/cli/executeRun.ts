import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Refusal } from "../refused.ts"
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
  /** How long the end of an interrupted run is waited for, which somebody else has to bring about, and what is said when it does not come; absent: for ever. */
  readonly patience?: { readonly duration: Duration.Input; readonly onLate: Effect.Effect<void> }
}

/** Follows a run to its end. Interrupting it cancels the run, waits for its report and stays interrupted. */
export const executeRun = (
  run: Run,
  { onEvent, onCancelling, onCancelled, patience }: RunFollower,
): Effect.Effect<RunReport, Refusal> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const follower = yield* Effect.forkChild(Stream.runForEach(eventsOf(run), onEvent))
      const exit = yield* Effect.exit(restore(refusable(() => run.result)))
      const interrupted = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
      if (interrupted) yield* onCancelling
      const report = interrupted ? yield* cancelled(run, patience) : yield* exit
      if (report === null) return yield* Effect.interrupt
      yield* Fiber.join(follower)
      if (!interrupted) return report
      yield* onCancelled(report)
      return yield* Effect.interrupt
    }),
  )

/** Null where it did not end in time. Nothing is waited for by interruption, which has come already. */
const cancelled = (run: Run, patience: RunFollower["patience"]) =>
  Effect.gen(function* () {
    const ended = yield* Deferred.make<RunReport | null, Refusal>()
    yield* Effect.forkDetach(
      Deferred.into(
        refusable(() => run.cancel()),
        ended,
      ),
    )
    if (patience !== undefined) {
      const late = Effect.andThen(Effect.sleep(patience.duration), Deferred.succeed(ended, null))
      yield* Effect.forkDetach(late)
    }
    const report = yield* Deferred.await(ended)
    if (report === null && patience !== undefined) yield* patience.onLate
    return report
  })

/** The events of a run; ends with it, also where it was refused before its first event. */
export const eventsOf = (run: Run): Stream.Stream<RunEvent> =>
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

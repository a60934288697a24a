import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import { askForWhatIsDue, type ScheduleServices } from "./askForWhatIsDue.ts"
import { OptimizationSchedule } from "./OptimizationSchedule.ts"
import type { ResolveWorkflow } from "./WorkflowReference.ts"

export interface ScheduleLoopOptions {
  /** Finds a workflow of the schedule, to count the rows that it can learn from; null leaves it for later. */
  readonly resolve: ResolveWorkflow
  /** How often it is looked at what is due. Default 5 minutes. */
  readonly checkEveryMs?: number
}

/**
 * Asks for the optimizations that are due, until it is interrupted. What became due while nothing was running is asked
 * for once. It never fails: what goes wrong is said on the log and tried again.
 */
export const scheduleLoop = ({
  resolve,
  checkEveryMs = 5 * 60_000,
}: ScheduleLoopOptions): Effect.Effect<never, never, ScheduleServices> =>
  Effect.scoped(
    Effect.gen(function* () {
      const changes = yield* OptimizationSchedule.use((schedule) => schedule.changes)
      while (true) {
        yield* askForWhatIsDue(resolve).pipe(
          Effect.catch(({ message }) => Effect.logWarning(message)),
          Effect.catchCauseIf(
            (cause) => !Cause.hasInterruptsOnly(cause),
            (cause) => Effect.logError("Looking for optimizations that are due failed.", cause),
          ),
        )
        yield* Effect.raceFirst(PubSub.take(changes), Effect.sleep(checkEveryMs))
      }
    }),
  )

import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as PubSub from "effect/PubSub"
import { signatureHash } from "../../../signatureHash.ts"
import type { Store } from "../../store/Store.ts"
import type { StoreError } from "../../store/StoreError.ts"
import { countTrainingRows } from "../trainingRows.ts"
import { OptimizationQueue } from "./OptimizationQueue.ts"
import { OptimizationSchedule } from "./OptimizationSchedule.ts"
import type { ScheduledStep } from "./ScheduledStep.ts"
import { whyDue } from "./whyDue.ts"
import type { ResolveWorkflow } from "./WorkflowReference.ts"

export interface ScheduleLoopOptions {
  /** Finds a workflow of the schedule, to count the rows that it can learn from; null leaves it for later. */
  readonly resolve: ResolveWorkflow
  /** How often it is looked at what is due. Default 5 minutes. */
  readonly checkEveryMs?: number
}

type ScheduleServices = OptimizationSchedule | OptimizationQueue | Store | FileSystem.FileSystem | Path.Path

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
      const schedule = yield* OptimizationSchedule
      const changes = yield* schedule.changes
      while (true) {
        yield* askForWhatIsDue(schedule, resolve).pipe(
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

const askForWhatIsDue = Effect.fnUntraced(function* (
  schedule: OptimizationSchedule["Service"],
  resolve: ResolveWorkflow,
): Effect.fn.Return<void, StoreError, ScheduleServices> {
  const queue = yield* OptimizationQueue
  for (const scheduled of yield* schedule.list) {
    const { workflow, step, signatureHash: hash, lastAtMs, rows: rowsThen } = scheduled
    const rows = scheduled.frequency === "adaptive" ? yield* rowsNow(scheduled, resolve) : null
    const nowMs = yield* Clock.currentTimeMillis
    const signals = { reported: scheduled.signals, rowsThen, rowsNow: rows }
    const why = whyDue({ frequency: scheduled.frequency, lastAtMs, nowMs, signals })
    if (why !== null) {
      const result = yield* queue.request({ workflow, step, signatureHash: hash, why })
      if (result !== "backing_off") yield* schedule.asked(scheduled, { lastAtMs: nowMs, rows })
    } else if (rowsThen === null && rows !== null && lastAtMs !== null) {
      yield* schedule.asked(scheduled, { lastAtMs, rows })
    }
  }
})

/** Null where the workflow or its data cannot be had, or the step has another signature now. */
const rowsNow = Effect.fnUntraced(function* (
  { workflow, step, signatureHash: hash }: ScheduledStep,
  resolve: ResolveWorkflow,
) {
  const loaded = yield* resolve(workflow)
  const signature = loaded?.workflow.steps.find(({ name }) => name === step)?.signature
  if (loaded === null || signature === undefined || signatureHash(signature) !== hash) return null
  return yield* countTrainingRows(loaded, step)
})

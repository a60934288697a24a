import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import { signatureHash } from "../../../signatureHash.ts"
import type { Store } from "../../store/Store.ts"
import type { StoreError } from "../../store/StoreError.ts"
import { countTrainingRows } from "../trainingRows.ts"
import { OptimizationQueue } from "./OptimizationQueue.ts"
import { OptimizationSchedule } from "./OptimizationSchedule.ts"
import type { ScheduledStep } from "./ScheduledStep.ts"
import { whyDue } from "./whyDue.ts"
import type { ResolveWorkflow } from "./WorkflowReference.ts"

export type ScheduleServices = OptimizationSchedule | OptimizationQueue | Store | FileSystem.FileSystem | Path.Path

/** Asks for each scheduled step that is due now; one whose last attempt is too recent stays due. */
export const askForWhatIsDue = Effect.fnUntraced(function* (
  resolve: ResolveWorkflow,
): Effect.fn.Return<void, StoreError, ScheduleServices> {
  const schedule = yield* OptimizationSchedule
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

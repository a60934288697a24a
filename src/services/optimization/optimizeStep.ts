import * as Effect from "effect/Effect"
import type { OptimizationCache } from "../cache/OptimizationCache.ts"
import type { TraditionalExecutor } from "../executors/TrackExecutor.ts"
import type { Models } from "../models/Models.ts"
import type { ProgramStore } from "../programs/ProgramStore.ts"
import type { Store } from "../store/Store.ts"
import { concludeJob, conclusionOf, type OptimizeReport } from "./concludeJob.ts"
import { journaled } from "./journaled.ts"
import { type OptimizationJob, taskOf } from "./OptimizationJob.ts"
import { OptimizationError } from "./Optimizer.ts"
import { sharedOptimization } from "./sharedOptimization.ts"

/** What an optimization works with. */
export type OptimizeServices = TraditionalExecutor | Models | ProgramStore | OptimizationCache | Store

/**
 * Compiles a program for a step, measures it beside what it would replace on rows that selection never saw, and adopts
 * or rejects it. The program is kept either way. What the same optimization came to before, here or on another node, is
 * taken instead. Interrupting it leaves the answers so far to a start with `resume`, and so does a failure, but for the
 * calls that failed.
 */
export const optimizeStep = Effect.fnUntraced(function* (
  job: OptimizationJob,
): Effect.fn.Return<OptimizeReport, OptimizationError, OptimizeServices> {
  yield* checkBudget(job)
  if (job.cacheKey !== null) return yield* sharedOptimization(job, job.cacheKey)
  return yield* journaled(job, { conclude: (compiled) => concludeJob(job, conclusionOf(compiled)) })
})

const checkBudget = (job: OptimizationJob): Effect.Effect<void, OptimizationError> => {
  const { maxCalls = Number.POSITIVE_INFINITY } = job.limits
  const rows = job.data.heldOut.length
  const measuring = (job.current === null ? 2 : 3) * rows * job.callsPerRow
  const searching = job.optimizer.leastCalls(taskOf(job)) * job.callsPerRow
  const least = measuring + searching
  if (maxCalls >= least) return Effect.void
  return Effect.fail(
    new OptimizationError({
      reason: "budget_too_small",
      message:
        `${maxCalls} calls are too few: ${job.optimizer.name} needs at least ${least} here, ${searching} to search and ` +
        `${measuring} to measure on ${rows} held-out rows. Pass --max-calls ${least} or more.`,
    }),
  )
}

import { setImmediate } from "node:timers/promises"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as PubSub from "effect/PubSub"
import type { LoadedWorkflow } from "../../../Workflow.ts"
import type { StoreError } from "../../store/StoreError.ts"
import { type AttemptOptions, attemptOptimization, type OptimizationServices } from "./attemptOptimization.ts"
import { keepLease } from "./keepLease.ts"
import { OptimizationQueue } from "./OptimizationQueue.ts"
import type { AttemptOutcome, ClaimedOptimization } from "./QueuedOptimization.ts"
import { freeOf } from "./queueEntries.ts"
import type { ResolveWorkflow } from "./WorkflowReference.ts"

export interface BackgroundWorkerOptions extends AttemptOptions {
  /** Finds the workflow of a request; null leaves the request to another process, or to later. */
  readonly resolve: ResolveWorkflow
  /** Optimizations at the same time. Default 1. */
  readonly workers?: number
  /** How often requests of other processes are looked for. Default 30 s. */
  readonly pollEveryMs?: number
}

type WorkerServices = OptimizationServices | OptimizationQueue

/**
 * Carries out wanted optimizations, one after the other, until it is interrupted; then what is under way goes back to
 * the queue, with its answers so far kept for who takes it next. It never fails: what goes wrong is marked in the queue
 * and said on the log.
 */
export const backgroundWorker = (options: BackgroundWorkerOptions): Effect.Effect<never, never, WorkerServices> =>
  Effect.all(
    Array.from({ length: options.workers ?? 1 }, () => Effect.scoped(lane(options))),
    { concurrency: "unbounded" },
  ).pipe(Effect.andThen(Effect.never))

const lane = Effect.fnUntraced(function* (options: BackgroundWorkerOptions) {
  const queue = yield* OptimizationQueue
  const requests = yield* queue.requests
  const news = Effect.raceFirst(PubSub.take(requests), Effect.sleep(options.pollEveryMs ?? 30_000))
  while (true) {
    const worked = yield* workOnOne(queue, options).pipe(
      Effect.catch(({ message }) => Effect.as(Effect.logWarning(message), false)),
      Effect.catchCauseIf(
        (cause) => !Cause.hasInterruptsOnly(cause),
        (cause) => Effect.as(Effect.logError("Optimizing in the background failed.", cause), false),
      ),
    )
    yield* worked ? Effect.promise(() => setImmediate()) : news
  }
})

/** Whether there was something to work on. */
const workOnOne = Effect.fnUntraced(function* (
  queue: OptimizationQueue["Service"],
  options: BackgroundWorkerOptions,
): Effect.fn.Return<boolean, StoreError, WorkerServices> {
  const queued = yield* queue.list
  for (const { id, workflow } of freeOf(queued, yield* Clock.currentTimeMillis)) {
    const loaded = yield* options.resolve(workflow)
    if (loaded === null) continue
    const worked = yield* Effect.acquireUseRelease(
      queue.take((each) => each.id === id),
      (claim) => (claim === null ? Effect.succeed(null) : whileHeld(queue, claim, loaded, options)),
      (claim, exit) => (claim === null ? Effect.void : end(queue, claim, exit)),
    )
    if (worked !== null) return true
  }
  return false
})

const whileHeld = (
  queue: OptimizationQueue["Service"],
  claim: ClaimedOptimization,
  loaded: LoadedWorkflow,
  options: BackgroundWorkerOptions,
): Effect.Effect<AttemptOutcome | "lost", never, OptimizationServices> =>
  Effect.raceFirst(attemptOptimization(claim, loaded, options), Effect.as(keepLease(queue, claim), "lost" as const))

/** What was interrupted goes back. */
const end = (
  queue: OptimizationQueue["Service"],
  claim: ClaimedOptimization,
  exit: Exit.Exit<AttemptOutcome | "lost" | null>,
): Effect.Effect<void, StoreError> => {
  if (Exit.isFailure(exit)) return queue.release(claim)
  const outcome = exit.value
  if (outcome === null) return Effect.void
  if (outcome === "lost") {
    return Effect.logWarning(`Optimizing step "${claim.step}" of "${claim.workflow.name}" went to another process.`)
  }
  return Effect.asVoid(queue.done(claim, outcome))
}

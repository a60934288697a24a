import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { Store } from "../../store/Store.ts"
import type { StoreError } from "../../store/StoreError.ts"
import type {
  AttemptOutcome,
  ClaimedOptimization,
  OptimizationRequest,
  QueuedOptimization,
} from "./QueuedOptimization.ts"
import { queueEntries, type RequestResult } from "./queueEntries.ts"

/** How long a claim holds that nobody renews. */
export const leaseMs = 10 * 60_000

/** Optimizations that are wanted, and what came of earlier ones; one queue for all processes of a store. */
export class OptimizationQueue extends Context.Service<
  OptimizationQueue,
  {
    /**
     * Asks for an optimization. `new`: it was not wanted yet. `already_queued`: it waits or is under way. `backing_off`:
     * the last attempt led nowhere and is too recent for this reason to try again.
     */
    readonly request: (request: OptimizationRequest) => Effect.Effect<RequestResult, StoreError>
    /** All that were ever wanted, by id; damaged ones are left out and said on the log. */
    readonly list: Effect.Effect<ReadonlyArray<QueuedOptimization>, StoreError>
    /** Claims the one that waits longest, or whose lease ran out, among those that `only` says; null where there is none. */
    readonly take: (
      only?: (queued: QueuedOptimization) => boolean,
    ) => Effect.Effect<ClaimedOptimization | null, StoreError>
    /** Makes a claim hold from now on for another lease; false where it has gone to another owner. */
    readonly renew: (claim: ClaimedOptimization) => Effect.Effect<boolean, StoreError>
    /** Gives a claim back, so that it can be taken at once. */
    readonly release: (claim: ClaimedOptimization) => Effect.Effect<void, StoreError>
    /** Ends a claim and remembers the outcome; false where it has gone to another owner, whose outcome counts. */
    readonly done: (claim: ClaimedOptimization, outcome: AttemptOutcome) => Effect.Effect<boolean, StoreError>
    /** A message for each new request of this process, from now on; the latest is kept until it is taken. */
    readonly requests: Effect.Effect<PubSub.Subscription<void>, never, Scope.Scope>
  }
>()("doubletrack/services/optimization/queue/OptimizationQueue") {
  static readonly layer: Layer.Layer<OptimizationQueue, never, Store> = Layer.effect(
    OptimizationQueue,
    Effect.gen(function* () {
      const store = yield* Store
      const requested = yield* PubSub.sliding<void>(1)
      const ownerId = Effect.map(Effect.all([randomDigits, randomDigits]), (digits) => digits.join(""))

      return OptimizationQueue.of({
        request: Effect.fnUntraced(function* (request) {
          const nowMs = yield* Clock.currentTimeMillis
          const result = yield* store.write((entries) => queueEntries.request(entries, request, nowMs))
          if (result === "new") yield* PubSub.publish(requested, undefined)
          return result
        }),
        list: Effect.gen(function* () {
          const { queued, damaged } = yield* store.read(queueEntries.all)
          for (const message of damaged) yield* Effect.logWarning(message)
          return queued
        }),
        take: Effect.fnUntraced(function* (only = () => true) {
          const nowMs = yield* Clock.currentTimeMillis
          const owner = yield* ownerId
          return yield* store.write((entries) => queueEntries.take(entries, { owner, nowMs, leaseMs, only }))
        }),
        renew: Effect.fnUntraced(function* (claim) {
          const nowMs = yield* Clock.currentTimeMillis
          return yield* store.write((entries) => queueEntries.renew(entries, claim, nowMs + leaseMs))
        }),
        release: (claim) => store.write((entries) => queueEntries.release(entries, claim)),
        done: Effect.fnUntraced(function* (claim, outcome) {
          const nowMs = yield* Clock.currentTimeMillis
          return yield* store.write((entries) => queueEntries.done(entries, claim, outcome, nowMs))
        }),
        requests: PubSub.subscribe(requested),
      })
    }),
  )
}

const randomDigits = Effect.map(Random.nextIntBetween(0, 2 ** 31), (random) => random.toString(36).padStart(6, "0"))

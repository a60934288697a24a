import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { leaseMs, type OptimizationQueue } from "./OptimizationQueue.ts"
import type { ClaimedOptimization } from "./QueuedOptimization.ts"

/** Renews a claim again and again, and ends when it is lost: taken over by another, or run out while the store failed. */
export const keepLease = Effect.fnUntraced(function* (
  queue: OptimizationQueue["Service"],
  claim: ClaimedOptimization,
): Effect.fn.Return<void> {
  let { untilMs } = claim.state
  while (true) {
    yield* Effect.sleep(leaseMs / 4)
    const nowMs = yield* Clock.currentTimeMillis
    const renewed = yield* Effect.result(queue.renew(claim))
    if (Result.isFailure(renewed)) {
      yield* Effect.logWarning(renewed.failure.message)
      if (nowMs >= untilMs) return
    } else if (renewed.success) {
      untilMs = nowMs + leaseMs
    } else {
      return
    }
  }
})

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { PassingReason } from "../cache/FailedOptimization.ts"
import type { FoundFailure } from "../cache/failedOptimizations.ts"
import type { Lease } from "../cache/Leases.ts"
import { OptimizationCache } from "../cache/OptimizationCache.ts"
import type { OptimizationKey } from "../cache/optimizationKey.ts"
import { ageText } from "./ageText.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"
import { OptimizationError } from "./Optimizer.ts"

/** What a failure was met under. */
export interface Failing {
  /** Of the signature when the job was begun. */
  readonly epoch: number
  readonly lease: Lease | null
}

/** What those who want the same optimization tell each other of its failing. */
export interface FailuresOfOthers {
  /** Fails where another failed since this job was begun. */
  readonly check: Effect.Effect<void, OptimizationError>
  /** Tells the others, unless somebody else has the lease by now, or the failure is this machine's or this order's own. */
  readonly remember: (failure: Pick<OptimizationError, "reason" | "message">, failing: Failing) => Effect.Effect<void>
}

/**
 * Fails where the job failed a moment ago and nobody waits for it. Who asks by hand is told so and has it tried again; by
 * hand, too, a failure counts that was met while one waited for it.
 */
export const failuresOfOthers = Effect.fnUntraced(function* (
  { background, step, notice }: OptimizationJob,
  key: OptimizationKey,
): Effect.fn.Return<FailuresOfOthers, OptimizationError, OptimizationCache> {
  const { failures } = yield* OptimizationCache
  const before = yield* failures.get(key)
  const failedAtMs = (yield* Clock.currentTimeMillis) - (before?.ageMs ?? 0)
  if (before !== null && background !== undefined && failedAtMs > background.failuresAfterMs) {
    return yield* failedBefore(step.name, before)
  }
  if (before !== null) yield* notice(said(step.name, before, "is made again"))

  return {
    check: Effect.flatMap(failures.get(key, { fresh: true }), (failure) =>
      failure === null || failure.id === before?.id ? Effect.void : Effect.fail(failedBefore(step.name, failure)),
    ),
    remember: Effect.fnUntraced(function* ({ reason, message }, { epoch, lease }) {
      const passing = Option.getOrNull(decodePassing(reason))
      if (passing === null) return
      if (lease !== null && !(yield* Effect.orElseSucceed(lease.renew, () => true))) return
      yield* failures.put(key, { reason: passing, message, epoch, fence: lease?.token ?? 0 })
    }),
  }
})

const decodePassing = Schema.decodeUnknownOption(PassingReason)

const failedBefore = (step: string, failure: FoundFailure): OptimizationError =>
  new OptimizationError({
    reason: failure.reason,
    message: said(step, failure, "is not made again at once (`doubletrack optimize` does that)"),
  })

const said = (step: string, { ageMs, message }: FoundFailure, what: string): string =>
  `the same optimization of step "${step}" failed ${ageText(ageMs)} ago, here or on another node, and ${what}: ${message}`

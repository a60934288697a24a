import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { CacheError } from "../cache/CacheTier.ts"
import { kvLeases } from "./kvLeases.ts"
import type { Nats } from "./Nats.ts"
import { putsExclude } from "./serverFeatures.ts"

/** Lets one change of a register be under way at a time. */
export type RegisterLock = <A>(key: string, change: Effect.Effect<A, CacheError>) => Effect.Effect<A, CacheError>

/** How long a lock is waited for that others have, and how long it holds where its node dies. */
const patienceMs = 5000

/** Needed where the server does not see to it that of two changes of the same value one is refused. */
export const registerLock = (nats: Nats["Service"], space: string): RegisterLock => {
  const leases = kvLeases(nats, { space: "REGISTER_LOCKS", holdMs: patienceMs, patienceMs })
  const untilHeld = Effect.fnUntraced(function* (name: string) {
    while (true) {
      const lease = yield* leases.acquire(name)
      if (lease !== null) return lease
      yield* Effect.sleep(yield* Random.nextBetween(5, 25))
    }
  })
  const locked: RegisterLock = (key, change) =>
    Effect.acquireUseRelease(
      Effect.timeoutOrElse(Effect.interruptible(untilHeld(`${space}/${key}`)), {
        duration: patienceMs,
        orElse: () => Effect.fail(busy(key)),
      }),
      () => change,
      (lease) => Effect.ignore(lease.release),
    )
  return (key, change) =>
    Effect.flatMap(nats.status, (status) =>
      status._tag !== "Connected" || putsExclude(status) ? change : locked(key, change),
    )
}

const busy = (key: string) =>
  new CacheError({
    reason: "away",
    tier: "distributed",
    message: `writing ${key}: others were at it for ${patienceMs / 1000} s`,
  })

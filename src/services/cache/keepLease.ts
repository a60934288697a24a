import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Lease, Leases } from "./Leases.ts"

interface KeepOptions extends Pick<Leases, "holdMs"> {
  /** Default: a third of `holdMs`. */
  readonly renewEveryMs?: number
}

/** Renews a lease again and again, at once where that fails, and ends when it is somebody else's. */
export const keepLease = Effect.fnUntraced(function* (
  lease: Lease,
  { holdMs, renewEveryMs = holdMs / 3 }: KeepOptions,
) {
  while (true) {
    yield* Effect.sleep(renewEveryMs)
    const isOurs = yield* Effect.retry(lease.renew, Schedule.spaced(holdMs / 30)).pipe(Effect.orElseSucceed(() => true))
    if (!isOurs) return
  }
})

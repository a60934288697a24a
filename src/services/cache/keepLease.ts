import * as Effect from "effect/Effect"
import type { Lease, Leases } from "./Leases.ts"

/** Renews a lease again and again, and ends when it is somebody else's. */
export const keepLease = Effect.fnUntraced(function* (lease: Lease, { holdMs }: Pick<Leases, "holdMs">) {
  while (true) {
    yield* Effect.sleep(holdMs / 3)
    if (!(yield* Effect.orElseSucceed(lease.renew, () => true))) return
  }
})

import * as Effect from "effect/Effect"
import type { Store } from "../store/Store.ts"
import type { Fleet } from "./Fleet.ts"
import type { Leases } from "./Leases.ts"
import { storeLeases } from "./storeLeases.ts"
import { warnOnce } from "./warnOnce.ts"

/** As long as a lease holds that nobody renews. */
const holdMs = 30_000

/** Leases of the whole fleet where it can be reached, else of the processes of this store. */
export const fleetLeases = (fleet: Fleet["Service"], store: Store["Service"]): Leases => {
  const own = storeLeases(store, { holdMs })
  const leases = fleet.leases({ space: "LEASES", holdMs })
  if (leases === null) return own
  const warn = warnOnce()
  return {
    holdMs: leases.holdMs,
    acquire: (name) =>
      Effect.flatMap(
        leases
          .acquire(name)
          .pipe(warn("The fleet cannot say who works on what; only this machine is asked.", undefined)),
        (lease) => (lease === undefined ? own.acquire(name) : Effect.succeed(lease)),
      ),
  }
}

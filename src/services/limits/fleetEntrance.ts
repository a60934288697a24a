import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ModelLimit } from "../../ModelLimits.ts"
import type { Fleet, Registers } from "../cache/Fleet.ts"
import { warnOnce } from "../cache/warnOnce.ts"
import { fleetRate } from "./fleetRate.ts"
import { fleetSlots, type Hold } from "./fleetSlots.ts"
import { holdLease } from "./holdLease.ts"
import { modelKey } from "./modelKey.ts"
import { patientAsking } from "./patientAsking.ts"
import { rateOf } from "./rate.ts"

/** Waits until the fleet lets one more request of a model begin, which it does until the scope closes. */
export type FleetEntrance = (model: string, limit: ModelLimit) => Effect.Effect<void, never, Scope.Scope>

const renewEveryMs = 3000

/** How long the slot of a process that died is taken; one that lives keeps it while a cluster chooses a leader. */
const holdMs = 25_000

const complaint = "The limits of model calls hold for this process alone."

/** The fleet's, which lets everybody in where it cannot be asked, and says so; null for a process on its own. */
export const fleetEntrance = (
  fleet: Fleet["Service"],
  registers: Registers | null,
  background: Scope.Scope,
): FleetEntrance | null => {
  const leases = fleet.leases({ space: "CALL_SLOTS", holdMs, patienceMs: 5000 })
  if (leases === null || registers === null) return null
  const warn = warnOnce()
  const { askable, asker } = patientAsking(fleet)
  const harmless = Effect.flatMap(leases.acquire("nothing"), (lease) => lease?.release ?? Effect.void)
  const [askSlots, askRates] = [asker(harmless), asker()]
  const hold: Hold = (name) => askSlots(holdLease(name, { leases, renewEveryMs, background }))

  return (model, { concurrent, perMinute }) => {
    const name = `model/${modelKey(model)}`
    const slot = concurrent === undefined ? Effect.void : fleetSlots(hold, name, concurrent)
    const start =
      perMinute === undefined ? Effect.void : fleetRate({ registers, ask: askRates }, name, rateOf(perMinute))
    const enter = Effect.andThen(slot, start).pipe(warn(complaint, undefined))
    return Effect.flatMap(askable, (isAskable) => (isAskable ? enter : Effect.void))
  }
}

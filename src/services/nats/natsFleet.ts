import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Fleet } from "../cache/Fleet.ts"
import { kvLeases } from "./kvLeases.ts"
import { kvRegisters } from "./kvRegisters.ts"
import { kvTier } from "./kvTier.ts"
import { Nats } from "./Nats.ts"

export interface NatsFleetOptions {
  /** How long a lease holds that nobody renews; fixed for a fleet when its first node starts. */
  readonly leaseMs?: number
  /** How often it is asked whether everything was heard. */
  readonly checkEveryMs?: number
}

/** What the nodes of one NATS share: buckets of keys and values, and of objects where a value is too large for a key. */
export const natsFleet = ({
  leaseMs = 30_000,
  checkEveryMs = 5000,
}: NatsFleetOptions = {}): Layer.Layer<Fleet, never, Nats> =>
  Layer.effect(
    Fleet,
    Effect.gen(function* () {
      const nats = yield* Nats
      return Fleet.of(
        nats.configured
          ? {
              tier: (options) => kvTier(nats, options),
              registers: (space) => kvRegisters(nats, { space, checkEveryMs }),
              leases: kvLeases(nats, { holdMs: leaseMs }),
            }
          : { tier: () => null, registers: () => null, leases: null },
      )
    }),
  )

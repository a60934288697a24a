import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { CacheError } from "../cache/CacheTier.ts"
import { Fleet } from "../cache/Fleet.ts"
import { kvLeases } from "./kvLeases.ts"
import { kvRegisters } from "./kvRegisters.ts"
import { kvTier } from "./kvTier.ts"
import { Nats } from "./Nats.ts"
import { cacheErrorOf } from "./shared.ts"

export interface NatsFleetOptions {
  /** How often it is asked whether everything was heard. */
  readonly checkEveryMs?: number
}

/** What the nodes of one NATS share: buckets of keys and values, and of objects where a value is too large for a key. */
export const natsFleet = ({ checkEveryMs = 5000 }: NatsFleetOptions = {}): Layer.Layer<Fleet, never, Nats> =>
  Layer.effect(
    Fleet,
    Effect.gen(function* () {
      const nats = yield* Nats
      return Fleet.of(
        nats.configured
          ? {
              tier: (options) => kvTier(nats, options),
              registers: (space) => kvRegisters(nats, { space, checkEveryMs }),
              leases: (options) => kvLeases(nats, options),
              ready: firstAnswer(nats),
            }
          : alone,
      )
    }),
  )

const alone: Fleet["Service"] = {
  tier: () => null,
  registers: () => null,
  leases: () => null,
  ready: Effect.void,
}

/** How long a process that has just started waits for its connection. */
const firstPatience = "5 seconds"

const firstAnswer = ({ statusChanges, use }: Nats["Service"]): Effect.Effect<void, CacheError> => {
  let waited = false
  const wait = statusChanges.pipe(
    Stream.filter(({ _tag }) => _tag !== "Connecting"),
    Stream.runHead,
    Effect.timeoutOption(firstPatience),
    Effect.andThen(Effect.sync(() => void (waited = true))),
  )
  const isThere = Effect.mapError(
    use("asking the fleet for the first time", async () => {}),
    cacheErrorOf,
  )
  return Effect.andThen(
    Effect.suspend(() => (waited ? Effect.void : wait)),
    isThere,
  )
}

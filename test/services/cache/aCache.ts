import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CacheEntry, EntryKey } from "../../../src/services/cache/CacheEntry.ts"
import { CacheError, type CacheTier, type TierName } from "../../../src/services/cache/CacheTier.ts"
import { Epochs } from "../../../src/services/cache/Epochs.ts"
import { Fleet, type Registers, type RegistersListener } from "../../../src/services/cache/Fleet.ts"
import { memoryTier } from "../../../src/services/cache/memoryTier.ts"
import { type ReadThrough, readThrough } from "../../../src/services/cache/readThrough.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { shiftedClock } from "./shiftedClock.ts"

/** A tier in memory under any name, which can be broken and which counts what it is asked. */
export const aTier = (name: TierName) => {
  const kept = memoryTier({ maxEntries: 100, maxBytes: 1_000_000 })
  const state = { gets: 0, puts: 0, broken: null as CacheError["reason"] | null }
  const unlessBroken = <A>(effect: Effect.Effect<A, CacheError>) =>
    Effect.suspend(() =>
      state.broken === null
        ? effect
        : Effect.fail(new CacheError({ reason: state.broken, tier: name, message: "it is broken" })),
    )
  const tier: CacheTier = {
    name,
    get: (key) =>
      Effect.suspend(() => {
        state.gets += 1
        return unlessBroken(
          Effect.andThen(
            Effect.promise(() => new Promise(setImmediate)),
            kept.get(key),
          ),
        )
      }),
    put: (entry) =>
      Effect.suspend(() => {
        state.puts += 1
        return unlessBroken(kept.put(entry))
      }),
    invalidate: (signatureHash) => unlessBroken(kept.invalidate(signatureHash)),
    clear: unlessBroken(kept.clear),
  }
  return { tier, state, has: (key: EntryKey) => Effect.map(kept.get(key), (entry) => entry !== null) }
}

/** What a fleet knows, in the hand of a test; nodes that are given the same `held` are one fleet. */
export const theRegisters = (
  confirmedAtMs: () => number = () => Number.POSITIVE_INFINITY,
  held = new Map<string, string>(),
) => {
  let listener: RegistersListener | undefined
  let reachable: "yes" | "no" | "silent" = "yes"
  const unlessAway = <A>(effect: Effect.Effect<A>): Effect.Effect<A, CacheError> =>
    Effect.suspend(() => {
      if (reachable === "yes") return effect
      if (reachable === "silent") return Effect.never
      return Effect.fail(new CacheError({ reason: "away", tier: "distributed", message: "nobody is there" }))
    })
  const registers: Registers = {
    read: (key) => unlessAway(Effect.sync(() => held.get(key) ?? null)),
    update: (key, join) =>
      unlessAway(
        Effect.sync(() => {
          const joined = join(held.get(key) ?? null)
          if (joined !== null) held.set(key, joined)
          return held.get(key) ?? null
        }),
      ),
    follow: (told) => Effect.sync(() => void (listener = told)),
    confirmedAtMs: Effect.sync(confirmedAtMs),
    ready: Effect.void,
  }
  return {
    registers,
    held,
    /** Whether it answers, fails, or does neither. */
    reach: (how: typeof reachable) => void (reachable = how),
    tell: (key: string, value: string) => {
      held.set(key, value)
      return listener?.told(key, value) ?? Effect.void
    },
    caughtUp: Effect.suspend(() => listener?.caughtUp(new Map(held)) ?? Effect.void),
    /** As a node does that is connected again. */
    hearAll: Effect.suspend(() =>
      Effect.andThen(
        Effect.forEach(new Map(held), ([key, value]) => listener?.told(key, value) ?? Effect.void),
        Effect.suspend(() => listener?.caughtUp(new Map(held)) ?? Effect.void),
      ),
    ),
  }
}

export interface CacheUnderTest {
  readonly memory: ReturnType<typeof aTier>
  readonly disk: ReturnType<typeof aTier>
  readonly distributed: ReturnType<typeof aTier>
  readonly cache: ReadThrough
  readonly epochs: Epochs["Service"]
  readonly fleet: ReturnType<typeof theRegisters>
  readonly advance: (ms: number) => void
}

/** A cache of three tiers, on a clock that a test puts forward. */
export const withCache = <A, E>(
  work: (given: CacheUnderTest) => Effect.Effect<A, E>,
  {
    absentMs = 2000,
    trustMs = 60_000,
    confirmed,
  }: { absentMs?: number; trustMs?: number; confirmed?: () => number } = {},
): Promise<A> => {
  const time = shiftedClock()
  const fleet = theRegisters(confirmed)
  const tiers = { memory: aTier("memory"), disk: aTier("disk"), distributed: aTier("distributed") }
  const shared = Layer.succeed(Fleet, {
    tier: () => null,
    registers: () => fleet.registers,
    leases: () => null,
    ready: Effect.void,
  })
  return Effect.runPromise(
    Effect.gen(function* () {
      const epochs = yield* Epochs
      const cache = readThrough({
        name: "things",
        tiers: [tiers.memory.tier, tiers.disk.tier, tiers.distributed.tier],
        epochs,
        absentMs,
      })
      return yield* work({ ...tiers, cache, epochs, fleet, advance: time.advance })
    }).pipe(
      Effect.provide(Epochs.layer({ trustMs }).pipe(Layer.provide(shared), Layer.provide(Store.layerMemory))),
      Effect.provideService(Clock.Clock, time.clock),
    ),
  )
}

export const aKey: EntryKey = { key: "k1", signatureHash: "aa" }

export const keeping = (value: string, given: Partial<CacheEntry> = {}) => ({
  value,
  epoch: 0,
  ttlMs: null,
  ...given,
})

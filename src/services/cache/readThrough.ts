import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { CacheReport } from "../../CacheReport.ts"
import { absentKeys } from "./absentKeys.ts"
import { CacheCounters } from "./CacheCounters.ts"
import { type CacheEntry, type EntryKey, sealed } from "./CacheEntry.ts"
import type { CacheError, CacheTier, TierName } from "./CacheTier.ts"
import type { Epochs } from "./Epochs.ts"
import { singleFlight } from "./singleFlight.ts"
import { warnOnce } from "./warnOnce.ts"

export interface Hit {
  readonly _tag: "Hit"
  readonly value: string
  readonly tier: TierName
  readonly ageMs: number
}

export interface Miss {
  readonly _tag: "Miss"
  /** What is made because of this miss is to be put under this epoch. */
  readonly epoch: number
}

/** What to keep, and of which making it is the result. */
export interface Keeping {
  readonly value: string
  /** Of the miss that it was made for. */
  readonly epoch: number
  readonly ttlMs: number | null
  /** The token of the lease that it was made under. */
  readonly fence?: number
}

/** A cache of several tiers. It never fails: what a tier cannot do is said once on the log, and done without it. */
export interface ReadThrough {
  /** `fresh`: looks everywhere, also where nothing was found a moment ago. */
  readonly get: (key: EntryKey, options?: { readonly fresh?: boolean }) => Effect.Effect<Hit | Miss>
  /** False where its signature was invalidated since, or it was made under a lease that is lost. */
  readonly put: (key: EntryKey, keeping: Keeping) => Effect.Effect<boolean>
  readonly invalidate: (signatureHash: string) => Effect.Effect<void>
  readonly report: Effect.Effect<CacheReport>
}

export interface ReadThroughOptions {
  readonly name: string
  /** The fastest first. */
  readonly tiers: ReadonlyArray<CacheTier>
  readonly epochs: Epochs["Service"]
  /** How long it is remembered that nothing was found. */
  readonly absentMs: number
  /** Shared by caches of the same tiers, so that each complaint is said once. */
  readonly warn?: ReturnType<typeof warnOnce>
}

/** Looks in one tier after the other, and writes what it finds back to the faster ones; concurrent gets of one key look once. */
export const readThrough = ({ name, tiers, epochs, absentMs, warn = warnOnce() }: ReadThroughOptions): ReadThrough => {
  const counters = new CacheCounters(name)
  const absent = absentKeys(absentMs)
  const flights = singleFlight<Hit | Miss>()

  /** What a tier says, or what stands for it where it cannot be used. */
  const using = <A, B>(tier: CacheTier, effect: Effect.Effect<A, CacheError>, otherwise: B) =>
    effect.pipe(
      Effect.tapError(({ reason }) =>
        Effect.sync(() => (reason === "damaged" ? counters.count("damaged") : counters.failure(tier.name))),
      ),
      Effect.catchIf(
        ({ reason }) => reason === "away",
        () => Effect.succeed(otherwise),
      ),
      warn(`The ${tier.name} tier of the cache of ${name} cannot be used.`, otherwise),
    )

  const isServed = Effect.fnUntraced(function* (tier: CacheTier, entry: CacheEntry) {
    const { signatureHash, epoch } = entry
    const current = yield* tier.name === "distributed" ? epochs.refreshed(signatureHash) : epochs.current(signatureHash)
    if (current === null) return false
    if (epoch > current) yield* epochs.observe(signatureHash, epoch)
    if (epoch < current) counters.count("stale")
    return epoch >= current && (tier.name === "distributed" || (yield* epochs.trusts(entry)))
  })

  const look = Effect.fnUntraced(function* (key: EntryKey): Effect.fn.Return<Hit | Miss> {
    const looking = absent.begin()
    let answered = true
    const faster: Array<CacheTier> = []
    for (const tier of tiers) {
      const entry = yield* using(tier, tier.get(key), undefined)
      if (entry === undefined) answered = false
      if (entry !== undefined && entry !== null && (yield* isServed(tier, entry))) {
        for (const each of faster) yield* using(each, each.put(entry), false)
        const ageMs = Math.max(0, (yield* Clock.currentTimeMillis) - entry.storedAtMs)
        counters.hit(tier.name, ageMs)
        return { _tag: "Hit", value: entry.value, tier: tier.name, ageMs }
      }
      faster.push(tier)
    }
    counters.count("misses")
    const nowMs = yield* Clock.currentTimeMillis
    if (answered) absent.add(key.key, nowMs, looking)
    return { _tag: "Miss", epoch: yield* epochs.current(key.signatureHash) }
  })

  const get = Effect.fnUntraced(function* (key: EntryKey, { fresh = false } = {}): Effect.fn.Return<Hit | Miss> {
    const nowMs = yield* Clock.currentTimeMillis
    if (fresh || !absent.has(key.key, nowMs)) return yield* flights.run(key.key, look(key))
    counters.count("misses")
    counters.count("remembered")
    return { _tag: "Miss", epoch: yield* epochs.current(key.signatureHash) }
  })

  const put = Effect.fnUntraced(function* (key: EntryKey, { value, epoch, ttlMs, fence = 0 }: Keeping) {
    if (epoch < (yield* epochs.current(key.signatureHash))) {
      counters.count("refused")
      return false
    }
    const storedAtMs = yield* Clock.currentTimeMillis
    const expiresAtMs = ttlMs === null ? null : storedAtMs + ttlMs
    const entry = sealed({ ...key, epoch, storedAtMs, expiresAtMs, fence, value })
    // The slowest tier first: it is the one that knows of other nodes' leases.
    for (const tier of tiers.toReversed()) {
      if (yield* using(tier, tier.put(entry), true)) continue
      counters.count("refused")
      return false
    }
    absent.remove(key.key)
    counters.count("stored")
    return true
  })

  return {
    get,
    put,
    invalidate: (signatureHash) =>
      Effect.forEach(tiers, (tier) => using(tier, tier.invalidate(signatureHash), undefined), { discard: true }),
    report: Effect.sync(() => counters.report()),
  }
}

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { CacheReport } from "../../CacheReport.ts"
import { CacheSettings } from "../../CacheSettings.ts"
import { Json } from "../../Json.ts"
import { Store } from "../store/Store.ts"
import { CachedOptimization } from "./CachedOptimization.ts"
import type { TierName } from "./CacheTier.ts"
import { diskTier } from "./diskTier.ts"
import { Epochs } from "./Epochs.ts"
import { type FailedOptimizations, failedOptimizations } from "./failedOptimizations.ts"
import { Fleet } from "./Fleet.ts"
import { fleetLeases } from "./fleetLeases.ts"
import type { Leases } from "./Leases.ts"
import { memoryTier } from "./memoryTier.ts"
import type { OptimizationKey } from "./optimizationKey.ts"
import { type Miss, readThrough } from "./readThrough.ts"
import { warnOnce } from "./warnOnce.ts"

/** A result that somebody made before. */
export interface Found {
  readonly _tag: "Found"
  readonly result: CachedOptimization
  readonly tier: TierName
  readonly ageMs: number
}

export interface Keeping {
  /** Of the miss that the result was made for. */
  readonly epoch: number
  /** Whether something better came out. */
  readonly adopted: boolean
  /** The token of the lease that it was made under. */
  readonly fence: number
}

/** Results of optimizations by everything that they depend on: in memory, in the store, and on NATS where there is one. */
export class OptimizationCache extends Context.Service<
  OptimizationCache,
  {
    /** `fresh`: also where nothing was found a moment ago. */
    readonly get: (key: OptimizationKey, options?: { readonly fresh?: boolean }) => Effect.Effect<Found | Miss>
    /** False where the signature was invalidated since, or the lease is lost. */
    readonly put: (key: OptimizationKey, result: CachedOptimization, keeping: Keeping) => Effect.Effect<boolean>
    /** What failed is remembered, too, and not for long. */
    readonly failures: FailedOptimizations
    /** Makes everything stale that was kept for a signature, on every node. */
    readonly invalidate: (signatureHash: string) => Effect.Effect<void>
    /** When a signature was last invalidated; results that were begun before do not count. */
    readonly epoch: (signatureHash: string) => Effect.Effect<number>
    /** Of the whole fleet, or of the processes of this store. */
    readonly leases: Leases
    readonly report: Effect.Effect<CacheReport>
  }
>()("doubletrack/services/cache/OptimizationCache") {
  static readonly layer = (settings: CacheSettings): Layer.Layer<OptimizationCache, never, Store | Fleet | Epochs> =>
    Layer.effect(
      OptimizationCache,
      Effect.gen(function* () {
        const store = yield* Store
        const fleet = yield* Fleet
        const epochs = yield* Epochs
        const { memory, disk, distributed, ttlMs, rejectedTtlMs, failedTtlMs, absentMs } = settings
        const shared = fleet.tier({
          space: "OPTIMIZATIONS",
          ttlMs,
          maxBytes: distributed.maxBytes,
          patienceMs: worthWaiting,
        })
        const kept = {
          name: "optimizations",
          tiers: [
            memoryTier(memory),
            diskTier(store, { space: "optimizations", maxBytes: disk.maxBytes }),
            ...(shared === null ? [] : [shared]),
          ],
          epochs,
          absentMs,
          warn: warnOnce(),
        }
        const cache = readThrough(kept)
        const failures = failedOptimizations(readThrough(kept), failedTtlMs)

        return OptimizationCache.of({
          get: Effect.fnUntraced(function* (key, options = {}): Effect.fn.Return<Found | Miss> {
            yield* epochs.ready
            const found = yield* cache.get(key, options)
            if (found._tag === "Miss") return found
            const read = Option.getOrNull(decode(found.value))
            if (read !== null) return { _tag: "Found", result: read.result, tier: found.tier, ageMs: found.ageMs }
            yield* Effect.logWarning("A cached optimization cannot be read by this release; it is made anew.")
            return { _tag: "Miss", epoch: yield* epochs.current(key.signatureHash) }
          }),
          put: (key, result, { epoch, adopted, fence }) =>
            cache.put(key, {
              value: encode({ parts: toJson(JSON.parse(JSON.stringify(key.parts))), result }),
              epoch,
              fence,
              ttlMs: adopted ? ttlMs : rejectedTtlMs,
            }),
          failures,
          invalidate: (signatureHash) => Effect.andThen(epochs.bump(signatureHash), cache.invalidate(signatureHash)),
          epoch: epochs.current,
          leases: fleetLeases(fleet, store),
          report: cache.report,
        })
      }),
    )

  /** In one process and gone with it, for programs and tests that share nothing. */
  static readonly layerMemory: Layer.Layer<OptimizationCache> = Layer.unwrap(
    Effect.sync(() =>
      OptimizationCache.layer(Schema.decodeSync(CacheSettings)({})).pipe(
        Layer.provide(Epochs.layer({ trustMs: 0 })),
        Layer.provide(Fleet.layerAlone),
        Layer.provide(Store.layerMemory),
      ),
    ),
  )
}

/** Compiling takes minutes. */
const worthWaiting = 10_000

/** The parts of the key lie beside the result, for people who look. */
const Kept = Schema.fromJsonString(Schema.Struct({ parts: Json, result: CachedOptimization }))
const decode = Schema.decodeUnknownOption(Kept)
const encode = Schema.encodeSync(Kept)
const toJson = Schema.decodeUnknownSync(Json)

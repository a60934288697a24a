import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { CacheReport } from "../../CacheReport.ts"
import type { Settings } from "../../Settings.ts"
import { modelAddress } from "../models/modelAddress.ts"
import type { ModelRequest } from "../models/Models.ts"
import { Store } from "../store/Store.ts"
import { diskTier } from "./diskTier.ts"
import { Epochs } from "./Epochs.ts"
import { Fleet } from "./Fleet.ts"
import { memoryTier } from "./memoryTier.ts"
import { readThrough } from "./readThrough.ts"
import { responseKey } from "./responseKey.ts"

/** What a model said, without what it cost. */
export const CachedResponse = Schema.Struct({
  text: Schema.String,
  model: Schema.String,
  finishReason: Schema.String,
})
export type CachedResponse = typeof CachedResponse.Type

/** An answer that was there, or how one that is made now is kept. */
export type Looked =
  | { readonly _tag: "Found"; readonly response: CachedResponse }
  | { readonly _tag: "Missing"; readonly keep: (response: CachedResponse) => Effect.Effect<void> }

/** Answers of models by all that reached them. */
export class ResponseCache extends Context.Service<
  ResponseCache,
  {
    readonly look: (request: ModelRequest) => Effect.Effect<Looked>
    /** Null where it is off. */
    readonly report: Effect.Effect<CacheReport | null>
  }
>()("doubletrack/services/cache/ResponseCache") {
  static readonly layer = (settings: Settings): Layer.Layer<ResponseCache, never, Store | Fleet | Epochs> =>
    Layer.effect(
      ResponseCache,
      Effect.gen(function* () {
        const { enabled, ttlMs, shared, memory, disk, distributed } = settings.responseCache
        if (!enabled) return off
        const fleet = yield* Fleet
        const tier = shared ? fleet.tier({ space: "RESPONSES", ttlMs, maxBytes: distributed.maxBytes }) : null
        const cache = readThrough({
          name: "responses",
          tiers: [
            memoryTier(memory),
            diskTier(yield* Store, { space: "responses", maxBytes: disk.maxBytes }),
            ...(tier === null ? [] : [tier]),
          ],
          epochs: yield* Epochs,
          absentMs: settings.cache.absentMs,
        })
        return ResponseCache.of({
          look: Effect.fnUntraced(function* (request) {
            const key = responseKey(request, modelAddress(request.model, settings))
            const looked = Option.getOrNull(yield* Effect.timeoutOption(cache.get(key), patience))
            const response = looked?._tag === "Hit" ? Option.getOrNull(decode(looked.value)) : null
            if (response !== null) return { _tag: "Found", response }
            if (looked?._tag !== "Miss") return { _tag: "Missing", keep: () => Effect.void }
            const { epoch } = looked
            return {
              _tag: "Missing",
              keep: (made) =>
                Effect.asVoid(Effect.timeoutOption(cache.put(key, { value: encode(made), epoch, ttlMs }), patience)),
            }
          }),
          report: cache.report,
        })
      }),
    )
}

/** A run does not wait longer for its cache. */
const patience = "1 second"

const Response = Schema.fromJsonString(CachedResponse)
const decode = Schema.decodeUnknownOption(Response)
const encode = Schema.encodeSync(Response)

const off = ResponseCache.of({
  look: () => Effect.succeed({ _tag: "Missing", keep: () => Effect.void }),
  report: Effect.succeed(null),
})

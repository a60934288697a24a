import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type { EntryKey } from "./CacheEntry.ts"
import { FailedOptimization } from "./FailedOptimization.ts"
import type { ReadThrough } from "./readThrough.ts"

/** What somebody failed of a moment ago. */
export interface FoundFailure extends Omit<FailedOptimization, "v"> {
  readonly ageMs: number
}

/** Which failure to remember. */
export interface RememberingFailure extends Pick<FailedOptimization, "reason" | "message"> {
  /** Of the signature when the optimization was begun. */
  readonly epoch: number
  /** The token of the lease that it was made under. */
  readonly fence: number
}

/** Failures of optimizations, beside the results and never in their place. */
export interface FailedOptimizations {
  /** Null where the optimization did not fail, or too long ago. `fresh`: also where nothing was found a moment ago. */
  readonly get: (key: EntryKey, options?: { readonly fresh?: boolean }) => Effect.Effect<FoundFailure | null>
  readonly put: (key: EntryKey, failure: RememberingFailure) => Effect.Effect<void>
}

export const failedOptimizations = (cache: ReadThrough, ttlMs: number): FailedOptimizations => ({
  get: (key, options = {}) =>
    Effect.map(cache.get(failureKey(key), options), (found) => {
      const failed = found._tag === "Hit" ? Option.getOrNull(decode(found.value)) : null
      if (failed === null || found._tag !== "Hit") return null
      const { id, reason, message } = failed
      return { id, reason, message, ageMs: found.ageMs }
    }),
  put: Effect.fnUntraced(function* (key, { epoch, fence, ...failure }) {
    const id = (yield* Random.nextIntBetween(0, 2 ** 31)).toString(36)
    yield* cache.put(failureKey(key), { value: encode({ v: 1, id, ...failure }), epoch, fence, ttlMs })
  }),
})

const failureKey = ({ key, signatureHash }: EntryKey): EntryKey => ({
  key: createHash("sha256").update(`failed:${key}`).digest("hex"),
  signatureHash,
})

const Kept = Schema.fromJsonString(FailedOptimization)
const decode = Schema.decodeUnknownOption(Kept)
const encode = Schema.encodeSync(Kept)

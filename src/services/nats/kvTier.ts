import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type CacheEntry, decodeEntry, encodeEntry, type EntryKey, isExpired, isLater } from "../cache/CacheEntry.ts"
import type { CacheError, CacheTier } from "../cache/CacheTier.ts"
import type { SharedTierOptions } from "../cache/Fleet.ts"
import { artefacts } from "./artefacts.ts"
import type { Nats } from "./Nats.ts"
import { isConflict } from "./shared.ts"
import { sharedBucket } from "./sharedBucket.ts"

/** Beside the value, a message carries its subject and headers. */
const headroomBytes = 8192

/** Entries in a bucket that all nodes share; one that is too large for a message lies in a bucket of objects. */
export const kvTier = (nats: Nats["Service"], { space, ttlMs, maxBytes, patienceMs }: SharedTierOptions): CacheTier => {
  const spec = {
    bucket: `DOUBLETRACK_${space}`,
    description: `Doubletrack's cache of ${space.toLowerCase()}`,
    maxBytes,
    ...(ttlMs === null ? {} : { maxAgeMs: ttlMs }),
  }
  const stream = `KV_${spec.bucket}`
  const patience = patienceMs === undefined ? {} : { patienceMs }
  const { use } = sharedBucket(nats, { ...spec, ...patience, readsFromCopies: true })
  const large = artefacts(nats, spec)

  /** The entry under a key, damaged or not, and the revision that a put has to follow. */
  const find = Effect.fnUntraced(function* (key: EntryKey) {
    const there = yield* use("looking into the cache", (bucket) => bucket.get(placeOf(key)))
    const revision = there?.revision ?? 0
    if (there === null || there.operation !== "PUT") return { entry: null, revision }
    const text = yield* large.read(there.string())
    return { entry: text === null ? null : decodeEntry(text, "distributed", key), revision }
  })

  /** False where another node was faster. */
  const putAfter = (revision: number, place: string, value: string) =>
    use("putting into the cache", async (bucket) => {
      try {
        await bucket.put(place, value, { previousSeq: revision })
        return true
      } catch (cause) {
        if (isConflict(cause)) return false
        throw cause
      }
    })

  /** A full bucket that may forget loses the oldest quarter of what is in it. */
  const makeRoom = use("making room in the cache", async (_bucket, { manager }) => {
    const { state } = await manager.streams.info(stream)
    await manager.streams.purge(stream, { keep: Math.max(1, Math.floor(state.messages * 0.75)) })
  })

  const put = Effect.fnUntraced(function* (entry: CacheEntry): Effect.fn.Return<boolean, CacheError> {
    const text = encodeEntry(entry)
    const bytes = Buffer.byteLength(text)
    if (bytes > maxBytes) return true
    const nowMs = yield* Clock.currentTimeMillis
    const mostBytes = yield* use("asking how large a message may be", async (_bucket, { connection }) =>
      connection.info === undefined ? 2 ** 20 : connection.info.max_payload,
    )
    const value = bytes + headroomBytes <= mostBytes ? text : yield* large.write(entry, text)
    while (true) {
      const { entry: before, revision } = yield* find(entry)
      if (before !== null && Result.isSuccess(before)) {
        if (!isExpired(before.success, nowMs) && isLater(before.success, entry)) return false
      }
      const done = yield* putAfter(revision, placeOf(entry), value).pipe(
        Effect.catchIf(
          ({ reason }) => reason === "full" && ttlMs !== null,
          () => Effect.andThen(makeRoom, putAfter(revision, placeOf(entry), value)),
        ),
      )
      if (done) return true
    }
  })

  return {
    name: "distributed",
    get: (key) =>
      Effect.gen(function* () {
        const { entry } = yield* find(key)
        if (entry === null) return null
        const found = yield* Effect.fromResult(entry)
        return isExpired(found, yield* Clock.currentTimeMillis) ? null : found
      }),
    put,
    invalidate: (signatureHash) =>
      Effect.andThen(
        use("emptying the cache of a signature", (_bucket, { manager }) =>
          manager.streams.purge(stream, { filter: `$KV.${spec.bucket}.${signatureHash}.>` }),
        ),
        large.drop(signatureHash),
      ),
    clear: Effect.andThen(
      use("emptying the cache", (_bucket, { manager }) => manager.streams.purge(stream)),
      large.drop(""),
    ),
  }
}

/** Entries of one signature have subjects of one beginning. */
const placeOf = ({ signatureHash, key }: EntryKey): string => `${signatureHash}.${key}`

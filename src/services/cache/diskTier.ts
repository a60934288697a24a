import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Store } from "../store/Store.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import type { StoreError } from "../store/StoreError.ts"
import { type CacheEntry, decodeEntry, encodeEntry, type EntryKey, isExpired, isLater } from "./CacheEntry.ts"
import { CacheError, type CacheTier } from "./CacheTier.ts"
import { diskIndex } from "./diskIndex.ts"

export interface DiskOptions {
  /** Tells caches in one store apart. */
  readonly space: string
  /** Of values; the oldest ones go first. */
  readonly maxBytes: number
}

/** Entries in the embedded store, shared by the processes of its directory. */
export const diskTier = (store: Store["Service"], { space, maxBytes }: DiskOptions): CacheTier => {
  const collection = `cache:${space}`
  const index = diskIndex(space)

  const find = (entries: EntryReader, key: EntryKey, nowMs: number): Result.Result<CacheEntry | null, CacheError> => {
    const text = entries.get(collection, placeOf(key))
    if (text === null) return Result.succeed(null)
    return Result.map(decodeEntry(text, "disk", key), (entry) => (isExpired(entry, nowMs) ? null : entry))
  }
  const drop = (entries: EntryWriter, places: ReadonlyArray<string>): void => {
    for (const place of places) {
      entries.delete(collection, place)
      index.drop(entries, place)
    }
  }
  const write = <A>(work: (entries: EntryWriter) => A) => bounded(store.write(work))

  return {
    name: "disk",
    get: (key) =>
      Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
        Effect.flatMap(bounded(store.read((entries) => find(entries, key, nowMs))), Effect.fromResult),
      ),
    put: (entry) =>
      Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
        write((entries) => {
          const before = index.lineAt(entries, placeOf(entry), nowMs)
          if (before !== null && isLater(before, entry)) return false
          const text = encodeEntry(entry)
          if (text.length > maxBytes) return true
          entries.put(collection, placeOf(entry), text)
          index.put(entries, placeOf(entry), { ...entry, bytes: text.length })
          drop(entries, index.superfluous(entries, { nowMs, maxBytes, spare: placeOf(entry) }))
          return true
        }),
      ),
    invalidate: (signatureHash) => write((entries) => drop(entries, index.placesOf(entries, `${signatureHash}/`))),
    clear: write((entries) => drop(entries, index.placesOf(entries, ""))),
  }
}

/** Entries of one signature lie side by side. */
const placeOf = ({ signatureHash, key }: EntryKey): string => `${signatureHash}/${key}`

/** A cache is not worth waiting for as long as the store waits for others. */
const patience = "2 seconds"

const bounded = <A>(effect: Effect.Effect<A, StoreError>): Effect.Effect<A, CacheError> =>
  effect.pipe(
    Effect.mapError(
      ({ reason, message }) =>
        new CacheError({
          reason: reason === "damaged" || reason === "full" ? reason : "unavailable",
          tier: "disk",
          message: `${message} The cache goes on in memory.`,
        }),
    ),
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () =>
        Effect.fail(
          new CacheError({
            reason: "unavailable",
            tier: "disk",
            message: `The store did not answer the cache within ${patience}. The cache goes on in memory.`,
          }),
        ),
    }),
  )

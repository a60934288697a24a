import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import { StoreError } from "../store/StoreError.ts"

/** What is known of an entry without reading it. */
const Line = Schema.Struct({
  bytes: Schema.Finite,
  storedAtMs: Schema.Finite,
  expiresAtMs: Schema.NullOr(Schema.Finite),
  epoch: Schema.Finite,
  fence: Schema.Finite,
})
type Line = typeof Line.Type

/** What a sweep goes by. */
interface Sweep {
  readonly nowMs: number
  readonly maxBytes: number
  /** Not to be dropped. */
  readonly spare: string
}

/** Between two sweeps, as many entries are written, or this share of the bound. */
const sweepEvery = { entries: 64, share: 1 / 16 }

/** The list of what a disk cache holds, kept beside it so that bounds and invalidation need not read the values. */
export const diskIndex = (space: string) => {
  const collection = `cache-index:${space}`
  let sinceSweep = { entries: Number.POSITIVE_INFINITY, bytes: 0 }

  /** Null for a damaged one, too, which is then written anew. */
  const lineAt = (entries: EntryReader, place: string): Line | null =>
    Result.match(
      Result.try(() => entries.get(collection, place)),
      {
        onFailure: (thrown) => (thrown instanceof StoreError && thrown.reason === "damaged" ? null : raise(thrown)),
        onSuccess: (text) => (text === null ? null : Option.getOrNull(decode(text))),
      },
    )

  return {
    put: (entries: EntryWriter, place: string, { bytes, storedAtMs, expiresAtMs, epoch, fence }: Line): void => {
      entries.put(collection, place, JSON.stringify({ bytes, storedAtMs, expiresAtMs, epoch, fence }))
      sinceSweep = { entries: sinceSweep.entries + 1, bytes: sinceSweep.bytes + bytes }
    },
    drop: (entries: EntryWriter, place: string): void => entries.delete(collection, place),
    /** Null where there is no entry, or none any more. */
    lineAt: (entries: EntryReader, place: string, nowMs: number): Line | null => {
      const line = lineAt(entries, place)
      return line === null || hasExpired(line, nowMs) ? null : line
    },
    placesOf: (entries: EntryReader, prefix: string): ReadonlyArray<string> =>
      entries.list(collection, prefix).map(({ key }) => key),
    /** What has expired or is over the bound, the oldest first; looked for now and then. */
    superfluous: (entries: EntryReader, { nowMs, maxBytes, spare }: Sweep): ReadonlyArray<string> => {
      if (sinceSweep.entries < sweepEvery.entries && sinceSweep.bytes < sweepEvery.share * maxBytes) return []
      sinceSweep = { entries: 0, bytes: 0 }
      const lines = entries
        .list(collection)
        .map(({ key, value }) => ({
          place: key,
          line: Result.isSuccess(value) ? Option.getOrNull(decode(value.success)) : null,
        }))
        .filter(({ place }) => place !== spare)
        .toSorted((a, b) => (b.line?.storedAtMs ?? 0) - (a.line?.storedAtMs ?? 0))
      let bytes = lineAt(entries, spare)?.bytes ?? 0
      return lines.flatMap(({ place, line }) => {
        if (line === null || hasExpired(line, nowMs)) return [place]
        bytes += line.bytes
        return bytes > maxBytes ? [place] : []
      })
    },
  }
}

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Line))

const raise = (thrown: unknown): never => {
  throw thrown
}

const hasExpired = ({ expiresAtMs }: Line, nowMs: number): boolean => expiresAtMs !== null && expiresAtMs <= nowMs

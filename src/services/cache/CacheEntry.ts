import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { CacheError, type TierName } from "./CacheTier.ts"

/** What is kept under a key: a text that the cache does not look into, and what it has to know about it. */
export const CacheEntry = Schema.Struct({
  v: Schema.Literal(1),
  /** SHA-256, in hex, of everything that the value depends on. */
  key: Schema.String,
  /** What it is invalidated by. */
  signatureHash: Schema.String,
  /** The signature's when the value began to be made; a later one makes it stale. */
  epoch: Schema.Finite,
  storedAtMs: Schema.Finite,
  /** Null: for as long as the tier keeps it. */
  expiresAtMs: Schema.NullOr(Schema.Finite),
  /** The fencing token of the lease that it was made under; 0 without one. */
  fence: Schema.Finite,
  value: Schema.String,
  /** Over all the rest. */
  checksum: Schema.String,
})
export type CacheEntry = typeof CacheEntry.Type

/** What an entry is found by. */
export type EntryKey = Pick<CacheEntry, "key" | "signatureHash">

/** An entry with its checksum. */
export const sealed = (entry: Omit<CacheEntry, "v" | "checksum">): CacheEntry => {
  const unsealed = { v: 1 as const, ...entry }
  return { ...unsealed, checksum: checksumOf(unsealed) }
}

/** As it lies in a tier that keeps texts. */
export const encodeEntry = (entry: CacheEntry): string => JSON.stringify(entry)

/** Reads an entry back; one that does not fit its checksum, or lies under another's key, is `damaged`. */
export const decodeEntry = (text: string, tier: TierName, { key }: EntryKey): Result.Result<CacheEntry, CacheError> =>
  Result.flatMap(
    Result.mapError(decode(text), () => damaged(tier, key)),
    (entry) =>
      entry.key === key && checksumOf(entry) === entry.checksum
        ? Result.succeed(entry)
        : Result.fail(damaged(tier, key)),
  )

export const isExpired = ({ expiresAtMs }: CacheEntry, nowMs: number): boolean =>
  expiresAtMs !== null && expiresAtMs <= nowMs

/** Whether the entry that is there was made later than the one that is to take its place: after an invalidation, or under a later lease. */
export const isLater = (
  there: Pick<CacheEntry, "epoch" | "fence">,
  { epoch, fence }: Pick<CacheEntry, "epoch" | "fence">,
): boolean => there.epoch > epoch || (there.epoch === epoch && there.fence > fence)

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(CacheEntry))

const checksumOf = (entry: Omit<CacheEntry, "checksum">): string => {
  const { v, key, signatureHash, epoch, storedAtMs, expiresAtMs, fence, value } = entry
  return createHash("sha256")
    .update(JSON.stringify([v, key, signatureHash, epoch, storedAtMs, expiresAtMs, fence]))
    .update(value)
    .digest("hex")
    .slice(0, 32)
}

const damaged = (tier: TierName, key: string): CacheError =>
  new CacheError({
    reason: "damaged",
    tier,
    message: `The entry ${key.slice(0, 12)}… of the ${tier} cache is damaged. It counts as missing and is written anew.`,
  })

import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { CacheEntry, EntryKey } from "./CacheEntry.ts"

export const TierName = Schema.Literals(["memory", "disk", "distributed"])
export type TierName = typeof TierName.Type

/** What a tier cannot do. The cache goes on without it. */
export class CacheError extends Schema.TaggedError<CacheError>()("CacheError", {
  reason: Schema.Literals([
    "damaged",
    /** Cannot be reached, for now; whoever keeps the connection says so. */
    "away",
    "unavailable",
    "full",
  ]),
  tier: TierName,
  /** What happened, and what to do. */
  message: Schema.String,
}) {}

/** One place where entries are kept. What it holds is lost with it, so everything in it can be made again. */
export interface CacheTier {
  readonly name: TierName
  /** Null where there is none, or none any more. */
  readonly get: (key: EntryKey) => Effect.Effect<CacheEntry | null, CacheError>
  /**
   * Keeps an entry in place of the one under its key. False, and nothing is changed, where that one was made after a
   * later invalidation or under a later lease. An entry that is larger than the tier holds is not kept.
   */
  readonly put: (entry: CacheEntry) => Effect.Effect<boolean, CacheError>
  /** Drops what is kept for a signature. */
  readonly invalidate: (signatureHash: string) => Effect.Effect<void, CacheError>
  /** Drops everything. */
  readonly clear: Effect.Effect<void, CacheError>
}

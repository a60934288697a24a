import * as Schema from "effect/Schema"

const Counts = Schema.Struct({ memory: Schema.Int, disk: Schema.Int, distributed: Schema.Int })

/** How one cache of a process did since the process started. */
export const CacheReport = Schema.Struct({
  cache: Schema.String,
  /** By the tier that answered. */
  hits: Counts,
  misses: Schema.Int,
  /** Of the misses, those that were known from a moment ago without looking. */
  remembered: Schema.Int,
  /** Entries that were met and not served because their signature was invalidated since. */
  stale: Schema.Int,
  /** Entries that were met and did not fit their checksum. */
  damaged: Schema.Int,
  /** Times that a tier could not be used. */
  failures: Counts,
  stored: Schema.Int,
  /** Entries that were not stored because their maker had lost its lease. */
  refused: Schema.Int,
  /** Of what was served; null before the first hit. */
  ageMs: Schema.NullOr(Schema.Struct({ mean: Schema.Finite, oldest: Schema.Finite })),
})
export type CacheReport = typeof CacheReport.Type

import type { MetricsBucket, StepTotals } from "../../StepMetrics.ts"
import { mergeTotals, noTotals } from "./mergeTotals.ts"

/** A window is this many buckets, the latest one begun: an hour, less what is left of the five minutes. */
const bucketsInWindow = 12
const bucketMs = 5 * 60_000

/** The bucket of a time in ms since 1970. */
export const bucketAt = (timeMs: number): number => Math.floor(timeMs / bucketMs)

/** Counts something in one bucket; what is older than the window that ends with the latest bucket is not kept. */
export const addToBuckets = (
  buckets: ReadonlyArray<MetricsBucket>,
  index: number,
  totals: StepTotals,
): ReadonlyArray<MetricsBucket> => {
  const latest = Math.max(index, buckets.at(-1)?.index ?? index)
  const place = buckets.findIndex((bucket) => bucket.index >= index)
  const present = buckets[place]
  const added =
    present === undefined
      ? [...buckets, { index, totals }]
      : present.index === index
        ? buckets.with(place, { index, totals: mergeTotals(present.totals, totals) })
        : buckets.toSpliced(place, 0, { index, totals })
  return added.filter((bucket) => bucket.index > latest - bucketsInWindow)
}

/** All that is in the window that ends with the bucket `end`. */
export const windowTotals = (buckets: ReadonlyArray<MetricsBucket>, end: number): StepTotals =>
  buckets
    .filter(({ index }) => index > end - bucketsInWindow && index <= end)
    .reduce((sum, { totals }) => mergeTotals(sum, totals), noTotals)

/** When the window that ends with the bucket `end` begins and ends; ISO 8601. */
export const windowTimes = (end: number): { readonly since: string; readonly until: string } => ({
  since: isoOf((end + 1 - bucketsInWindow) * bucketMs),
  until: isoOf((end + 1) * bucketMs),
})

export const isoOf = (timeMs: number): string => new Date(timeMs).toISOString()

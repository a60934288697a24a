import type { TrackTotals } from "../../Experiment.ts"
import { mergeSketches } from "../../statistics/latencySketch.ts"
import type { ComparisonTotals, FallbackTotals, StepTotals, Sum } from "../../StepMetrics.ts"
import { noTrackTotals } from "../noTrackTotals.ts"

const noSum: Sum = { n: 0, sum: 0 }

export const noTotals: StepTotals = {
  ends: { n: 0, completed: 0, priced: 0, costUsd: 0 },
  tracks: { traditional: noTrackTotals, optimized: noTrackTotals },
  unreached: 0,
  comparisons: {
    n: 0,
    winners: { traditional: 0, optimized: 0, none: 0 },
    quality: noSum,
    costUsd: noSum,
    latencyMs: noSum,
    success: noSum,
  },
  fallbacks: { n: 0, causes: new Map(), strategies: new Map() },
}

/** The totals of two times together. The order does not matter, but for the last digits of sums that are no whole numbers. */
export const mergeTotals = (a: StepTotals, b: StepTotals): StepTotals => ({
  ends: {
    n: a.ends.n + b.ends.n,
    completed: a.ends.completed + b.ends.completed,
    priced: a.ends.priced + b.ends.priced,
    costUsd: a.ends.costUsd + b.ends.costUsd,
  },
  tracks: {
    traditional: mergeTrack(a.tracks.traditional, b.tracks.traditional),
    optimized: mergeTrack(a.tracks.optimized, b.tracks.optimized),
  },
  unreached: a.unreached + b.unreached,
  comparisons: mergeComparisons(a.comparisons, b.comparisons),
  fallbacks: mergeFallbacks(a.fallbacks, b.fallbacks),
})

const mergeTrack = (a: TrackTotals, b: TrackTotals): TrackTotals => {
  if (a.n === 0) return b
  if (b.n === 0) return a
  return {
    n: a.n + b.n,
    answered: a.answered + b.answered,
    judged: a.judged + b.judged,
    quality: a.quality + b.quality,
    priced: a.priced + b.priced,
    costUsd: a.costUsd + b.costUsd,
    tokens: a.tokens + b.tokens,
    latencyMs: mergeSketches(a.latencyMs, b.latencyMs),
  }
}

const mergeComparisons = (a: ComparisonTotals, b: ComparisonTotals): ComparisonTotals => {
  if (b.n === 0) return a
  return {
    n: a.n + b.n,
    winners: {
      traditional: a.winners.traditional + b.winners.traditional,
      optimized: a.winners.optimized + b.winners.optimized,
      none: a.winners.none + b.winners.none,
    },
    quality: mergeSums(a.quality, b.quality),
    costUsd: mergeSums(a.costUsd, b.costUsd),
    latencyMs: mergeSums(a.latencyMs, b.latencyMs),
    success: mergeSums(a.success, b.success),
  }
}

const mergeFallbacks = (a: FallbackTotals, b: FallbackTotals): FallbackTotals => {
  if (b.n === 0) return a
  return {
    n: a.n + b.n,
    causes: mergeCounts(a.causes, b.causes),
    strategies: mergeCounts(a.strategies, b.strategies),
  }
}

const mergeSums = (a: Sum, b: Sum): Sum => ({ n: a.n + b.n, sum: a.sum + b.sum })

const mergeCounts = <Name>(a: ReadonlyMap<Name, number>, b: ReadonlyMap<Name, number>): ReadonlyMap<Name, number> =>
  new Map([...a, ...Array.from(b, ([name, count]) => [name, (a.get(name) ?? 0) + count] as const)])

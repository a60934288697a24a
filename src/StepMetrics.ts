import type { FallbackStrategy } from "./DspyConfig.ts"
import type { Track } from "./ExecutionMode.ts"
import type { TrackTotals } from "./Experiment.ts"
import type { FailureReason } from "./StepFailure.ts"

/** How many values there were, and their sum. */
export interface Sum {
  readonly n: number
  readonly sum: number
}

/** What comparing the tracks came to. Differences are optimized minus traditional, of arms that say something about their tracks. */
export interface ComparisonTotals {
  readonly n: number
  readonly winners: { readonly traditional: number; readonly optimized: number; readonly none: number }
  /** Of arms that were judged; a failure beside a judged answer counts as 0. */
  readonly quality: Sum
  readonly costUsd: Sum
  readonly latencyMs: Sum
  /** Of 1 for an answer and 0 for none. */
  readonly success: Sum
}

/** How often another try took over from the optimized track. */
export interface FallbackTotals {
  readonly n: number
  readonly causes: ReadonlyMap<FailureReason, number>
  readonly strategies: ReadonlyMap<FallbackStrategy, number>
}

/** What happened in one step over some time: sums, so that times can be added up in whatever order. */
export interface StepTotals {
  /** How often the step ended, and what the ends of known price cost: all tracks that ran, and judging. */
  readonly ends: { readonly n: number; readonly completed: number; readonly priced: number; readonly costUsd: number }
  /** By the track that ran, alone, compared or as a fallback, whichever was assigned; each pays for itself. */
  readonly tracks: { readonly [track in Track]: TrackTotals }
  /** How often the optimized track was wanted and there was nothing to ask; no outcome of the track. */
  readonly unreached: number
  readonly comparisons: ComparisonTotals
  readonly fallbacks: FallbackTotals
}

/** The totals of five minutes, by the time of the events; `index` counts them from 1970. */
export interface MetricsBucket {
  readonly index: number
  readonly totals: StepTotals
}

/** What is measured of one step of one workflow. Bounded, however many runs there were. */
export interface StepMetrics {
  readonly workflow: string
  readonly step: string
  /** Time of the latest event, in ms since 1970. */
  readonly latestMs: number
  readonly lifetime: StepTotals
  /** The latest hour, oldest first; five minutes without events have no bucket. */
  readonly buckets: ReadonlyArray<MetricsBucket>
}

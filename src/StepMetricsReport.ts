import * as Schema from "effect/Schema"

/** A mean, a share or a quantile; null of nothing. */
const Known = Schema.NullOr(Schema.Finite)
const Counts = Schema.Record(Schema.String, Schema.Int)

/** What one track did whenever it ran, whichever track was assigned. Times in ms, costs in USD. */
export const TrackMetricsReport = Schema.Struct({
  n: Schema.Int,
  answered: Schema.Int,
  successRate: Known,
  judged: Schema.Int,
  /** Mean of the judged answers. */
  quality: Known,
  priced: Schema.Int,
  /** Mean of the outcomes whose price is known. */
  costUsd: Known,
  /** Sum of the outcomes whose price is known. */
  totalCostUsd: Schema.Finite,
  /** In and out, in all. */
  tokens: Schema.Int,
  /** To 1 %, without waiting for limits of models; failures included. */
  latencyMs: Schema.NullOr(Schema.Struct({ p50: Schema.Finite, p95: Schema.Finite, p99: Schema.Finite })),
})
export type TrackMetricsReport = typeof TrackMetricsReport.Type

const span = {
  /** How often the step ended. */
  n: Schema.Int,
  completed: Schema.Int,
  successRate: Known,
  priced: Schema.Int,
  /** Mean cost of the step as a whole: all tracks that ran, and judging. */
  costUsd: Known,
  totalCostUsd: Schema.Finite,
  tracks: Schema.Struct({ traditional: TrackMetricsReport, optimized: TrackMetricsReport }),
  /** How often the optimized track was wanted and there was nothing to ask; counted in no track. */
  unreached: Schema.Int,
  comparisons: Schema.Struct({
    n: Schema.Int,
    winners: Schema.Struct({ traditional: Schema.Int, optimized: Schema.Int, none: Schema.Int }),
    /** Means of optimized minus traditional. */
    qualityDiff: Known,
    costDiff: Known,
    latencyDiffMs: Known,
    successRateDiff: Known,
  }),
  /** By why the optimized track did not answer, and by what was done instead. */
  fallbacks: Schema.Struct({ n: Schema.Int, causes: Counts, strategies: Counts }),
}

/** The metrics of one step of one workflow, to be read. */
export const StepMetricsReport = Schema.Struct({
  workflow: Schema.String,
  step: Schema.String,
  /** When something was last counted; ISO 8601, UTC, like all times here. */
  latestAt: Schema.String,
  lifetime: Schema.Struct(span),
  /** The last hour by the time of the events, in steps of five minutes. */
  window: Schema.Struct({ since: Schema.String, until: Schema.String, ...span }),
})
export type StepMetricsReport = typeof StepMetricsReport.Type

export type MetricsSpan = StepMetricsReport["lifetime"]

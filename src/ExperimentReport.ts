import * as Schema from "effect/Schema"
import { ExperimentVerdict } from "./Experiment.ts"
import { Recommendation } from "./Recommendation.ts"
import { ExperimentControl } from "./Route.ts"
import { Share } from "./RoutingPolicy.ts"

const Interval = Schema.Tuple([Schema.Finite, Schema.Finite])

/** What was charged to one track, whichever answered in the end: mean cost in USD, times in ms; null where nothing is known. */
export const TrackReport = Schema.Struct({
  n: Schema.Int,
  /** Mean of the judged outcomes. */
  quality: Schema.NullOr(Schema.Finite),
  successRate: Schema.NullOr(Schema.Finite),
  costUsd: Schema.NullOr(Schema.Finite),
  /** Without waiting for limits of models. */
  latencyMs: Schema.NullOr(Schema.Struct({ p50: Schema.Finite, p95: Schema.Finite })),
})
export type TrackReport = typeof TrackReport.Type

/** The optimized track minus the traditional one. */
export const ExperimentComparison = Schema.Struct({
  pairs: Schema.Int,
  /** By evidence alone, as its interval: not the difference of the tracks' means, which changing shares distort. */
  qualityDiff: Schema.Finite,
  /** Between the means of the tracks, like all that follow. */
  costDiff: Schema.NullOr(Schema.Finite),
  /** Between the median latencies, in ms. */
  executionTimeDiff: Schema.NullOr(Schema.Finite),
  /** Null while one of the tracks has no outcome. */
  successRateDiff: Schema.NullOr(Schema.Finite),
  /** 95 % interval of the gain in quality, however often it is looked at. */
  interval: Interval,
  /** Evidence that the qualities differ: 1 is none, 20 decides. */
  eValue: Schema.Finite,
  decided: Schema.Boolean,
  /** Whether it is decided when all experiments are asked together: of those, at most 5 % are so by chance. */
  decidedJointly: Schema.Boolean,
  /** The gain in quality as a mean of doubly robust scores; null before they are enough for an interval. */
  doublyRobust: Schema.NullOr(Schema.Struct({ value: Schema.Finite, interval: Interval })),
  /** Whether the optimized track is not worse by 0.02 or more, by the doubly robust interval. */
  nonInferior: Schema.Boolean,
})
export type ExperimentComparison = typeof ExperimentComparison.Type

/** One experiment as `experiments --json` prints it. */
export const ExperimentReport = Schema.Struct({
  key: Schema.String,
  workflow: Schema.String,
  step: Schema.String,
  programId: Schema.String,
  model: Schema.String,
  assessor: Schema.NullOr(Schema.String),
  epoch: Schema.Int,
  startedAt: Schema.String,
  updatedAt: Schema.String,
  control: ExperimentControl,
  tracks: Schema.Struct({ traditional: TrackReport, optimized: TrackReport }),
  /** Null before there is any evidence about quality. */
  comparison: Schema.NullOr(ExperimentComparison),
  recommendation: Schema.NullOr(Recommendation),
  verdict: Schema.NullOr(ExperimentVerdict),
  guardrail: Schema.NullOr(Schema.String),
  /** The share that a promising program is given at present. */
  canaryShare: Share,
  /** Runs of the optimized track that save what compiling it cost; absent where that is not known, or nothing is saved. */
  breakEvenRuns: Schema.optionalKey(Schema.Int),
})
export type ExperimentReport = typeof ExperimentReport.Type

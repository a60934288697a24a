import * as Schema from "effect/Schema"
import { Track } from "./ExecutionMode.ts"
import { ExperimentSubject, Prior } from "./ExperimentSubject.ts"
import { Recommendation, RecommendationVerdict } from "./Recommendation.ts"
import { Share } from "./RoutingPolicy.ts"

/** Counts of what was observed about a difference between the tracks: `[value, weight, count]`. */
const Evidence = Schema.Array(Schema.Tuple([Schema.Finite, Schema.Finite, Schema.Int]))
const Moments = Schema.Struct({ n: Schema.Int, mean: Schema.Finite, m2: Schema.Finite })
const Detector = Schema.Struct({ n: Schema.Int, logs: Schema.Array(Schema.Finite) })
const Sketch = Schema.Struct({
  zeros: Schema.Int,
  pages: Schema.Array(Schema.Tuple([Schema.Int, Schema.Array(Schema.Int)])),
})

/** What changed after a verdict: the difference between the tracks, or the quality of the winner by itself. */
export const Drift = Schema.Literals(["difference", "winner"])

/** What was charged to one track: sums, so that they can be added up. */
export const TrackTotals = Schema.Struct({
  n: Schema.Int,
  answered: Schema.Int,
  judged: Schema.Int,
  /** Sum over the judged outcomes. */
  quality: Schema.Finite,
  /** Outcomes whose price is known. */
  priced: Schema.Int,
  /** Sum over the priced outcomes, in USD; of a track that was rescued, the rescue included. */
  costUsd: Schema.Finite,
  /** Tokens in and out. */
  tokens: Schema.Int,
  /** Without waiting for limits of models. */
  latencyMs: Sketch,
})
export type TrackTotals = typeof TrackTotals.Type

/** A question that is settled until drift reopens it. */
export const ExperimentVerdict = Schema.Struct({
  winner: Track,
  /** The least gain that was asked for. */
  threshold: Share,
  /** Observations that it took. */
  n: Schema.Int,
  at: Schema.String,
  /** The winner's mean quality at that time. */
  quality: Schema.Finite,
})
export type ExperimentVerdict = typeof ExperimentVerdict.Type

/** The evidence about the two tracks of one step. Bounded, however many runs it is made of; JSON throughout. */
export const Experiment = Schema.Struct({
  v: Schema.Literal(1),
  /** See `experimentKey`. */
  key: Schema.String,
  subject: ExperimentSubject,
  startedAt: Schema.String,
  updatedAt: Schema.String,
  /** From 1; each reopening begins another, with no evidence and no prior. */
  epoch: Schema.Int,
  prior: Schema.NullOr(Prior),
  evidence: Schema.Struct({
    quality: Evidence,
    success: Evidence,
    cost: Evidence,
    /** Of costs beyond what the optimized track may cost. */
    dearness: Evidence,
    slowness: Evidence,
  }),
  /** The gain in quality as a mean of doubly robust scores. */
  doublyRobust: Moments,
  /** By the track that was assigned. */
  tracks: Schema.Struct({ traditional: TrackTotals, optimized: TrackTotals }),
  /** Steps that ran both tracks and are evidence about quality. */
  pairs: Schema.Int,
  /** Steps that ran both tracks by chance, evidence or not. */
  compared: Schema.Int,
  /** What the program did whenever it was executed, by chance or not; `streak`: answers since it last failed. */
  served: Schema.Struct({ n: Schema.Int, failures: Schema.Int, streak: Schema.Int }),
  /** 95 % interval of the gain in quality. */
  interval: Schema.Tuple([Schema.Finite, Schema.Finite]),
  /** What the optimized track does too badly to be used, in words. */
  guardrail: Schema.NullOr(Schema.String),
  verdict: Schema.NullOr(ExperimentVerdict),
  /** What watches for drift once there is a verdict. */
  drift: Schema.NullOr(Schema.Struct({ difference: Detector, winner: Detector })),
  /** Why the question was last asked anew. */
  reopened: Schema.NullOr(Schema.Struct({ winner: Track, drift: Drift, because: Schema.String, at: Schema.String })),
  recommendation: Schema.NullOr(Recommendation),
  /** The recommendation that was told last, and after how many observations. */
  told: Schema.NullOr(Schema.Struct({ verdict: RecommendationVerdict, n: Schema.Int })),
})
export type Experiment = typeof Experiment.Type

import * as Schema from "effect/Schema"

export const RecommendationVerdict = Schema.Literals([
  "recommend_dspy",
  "recommend_traditional",
  "recommend_hybrid",
  "recommend_evaluation",
])
export type RecommendationVerdict = typeof RecommendationVerdict.Type

/** Which mode to use, why, and how much more evidence that takes. */
export const Recommendation = Schema.Struct({
  verdict: RecommendationVerdict,
  reason: Schema.String,
  /** Pairs that are probably still missing for a decision; 0 once decided. */
  nNeeded: Schema.Finite,
})
export type Recommendation = typeof Recommendation.Type

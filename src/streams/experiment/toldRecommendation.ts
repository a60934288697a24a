import type { Experiment } from "../../Experiment.ts"
import type { Recommendation } from "../../Recommendation.ts"
import { observationsIn } from "../../statistics/evidence.ts"

/**
 * The recommendation that is told of an experiment, where it is another one than was told `before`; else null. `RecommendationMade`
 * and `recommendations$` tell alike: another reason for the same verdict is nothing new, and what wavers is told seldom.
 */
export const newlyTold = (
  before: Pick<Recommendation, "verdict"> | null,
  { told, recommendation }: Pick<Experiment, "told" | "recommendation">,
): Recommendation | null =>
  told === null || told.verdict === before?.verdict || told.verdict !== recommendation?.verdict ? null : recommendation

/** Few observations say now this and now that: an undecided change is told once there are twice as many as the last time. */
export const toldOf = (
  { told, evidence }: Experiment,
  recommendation: Experiment["recommendation"],
): Experiment["told"] => {
  const n = observationsIn(evidence.quality)
  if (recommendation === null || recommendation.verdict === told?.verdict) return told
  const isDue = told === null || recommendation.nNeeded === 0 || n >= 2 * told.n
  return isDue ? { verdict: recommendation.verdict, n } : told
}

import type { Experiment, TrackTotals } from "../../Experiment.ts"
import type { Recommendation } from "../../Recommendation.ts"
import { estimate, isBeyond, observationsIn, spread } from "../../statistics/evidence.ts"
import { recommend } from "../../statistics/recommend.ts"

/** Which mode the evidence of an experiment speaks for; null before there is any. */
export const recommendationOf = (experiment: Experiment): Recommendation | null => {
  const { evidence, tracks, interval } = experiment
  const qualityDiff = estimate(evidence.quality)
  if (qualityDiff === null) return null
  const recommendation = recommend({
    n: observationsIn(evidence.quality),
    qualityDiff,
    standardDeviation: spread(evidence.quality),
    interval,
    decided: isBeyond(evidence.quality, 0) !== "within",
    costUsd: { traditional: meanCostUsd(tracks.traditional), optimized: meanCostUsd(tracks.optimized) },
    costDecided: isBeyond(evidence.cost, 0) !== "within",
  })
  return { ...recommendation, reason: [recommendation.reason, ...reservations(experiment)].join(". ") }
}

/** What a recommendation does not say by itself. */
const reservations = ({ subject, guardrail }: Experiment): ReadonlyArray<string> => [
  ...(subject.assessor === null ? ["Nothing judges the answers: quality is whether there was one"] : []),
  ...(guardrail === null ? [] : [`The program is not used, though: ${guardrail}`]),
]

/** Null where no price is known. */
export const meanCostUsd = ({ priced, costUsd }: TrackTotals): number | null => (priced === 0 ? null : costUsd / priced)

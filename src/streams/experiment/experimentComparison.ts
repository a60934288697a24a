import type { Experiment } from "../../Experiment.ts"
import type { ExperimentComparison, ExperimentReport } from "../../ExperimentReport.ts"
import { confidenceSequence } from "../../statistics/confidenceSequence.ts"
import { type Evidence, estimate, eValue, isBeyond } from "../../statistics/evidence.ts"
import type { Moments } from "../../statistics/moments.ts"

/** By how much the optimized track may be worse and still count as not inferior. */
const margin = 0.02

/** What evidence there is about the two tracks; null where there is none about quality. */
export const experimentComparison = (
  { evidence, doublyRobust: scores, interval, pairs }: Experiment,
  { traditional, optimized }: ExperimentReport["tracks"],
  decidedJointly: boolean,
): ExperimentComparison | null => {
  const qualityDiff = estimate(evidence.quality)
  if (qualityDiff === null) return null
  const doublyRobust = doublyRobustGain(scores, evidence.quality)
  return {
    pairs,
    qualityDiff,
    costDiff: difference(optimized.costUsd, traditional.costUsd),
    executionTimeDiff: difference(optimized.latencyMs?.p50, traditional.latencyMs?.p50),
    successRateDiff: difference(optimized.successRate, traditional.successRate),
    interval,
    eValue: eValue(evidence.quality),
    decided: isBeyond(evidence.quality, 0) !== "within",
    decidedJointly,
    doublyRobust,
    nonInferior: doublyRobust !== null && doublyRobust.interval[0] > -margin,
  }
}

/** With fewer outcomes of the rarer track, the interval would say more than is known. */
const leastOutcomes = 30

/** Few scores that agree prove little, so that their spread is not taken for none. */
const doublyRobustGain = (scores: Moments, quality: Evidence): ExperimentComparison["doublyRobust"] => {
  const ofRarerTrack = quality.reduce((sum, [, weight, count]) => sum + weight * count, 0)
  const interval = confidenceSequence(
    { ...scores, m2: Math.max(scores.m2, scores.n / (scores.n + 1)) },
    { burnIn: leastOutcomes },
  )
  return interval === null || ofRarerTrack < leastOutcomes ? null : { value: scores.mean, interval }
}

const difference = (optimized: number | null | undefined, traditional: number | null | undefined): number | null =>
  optimized === null || optimized === undefined || traditional === null || traditional === undefined
    ? null
    : optimized - traditional

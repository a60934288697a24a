import type { Experiment } from "../../Experiment.ts"
import type { Standing } from "../../Standing.ts"
import { type Evidence, estimate } from "../../statistics/evidence.ts"

/** The share that a program starts with, and after how many answers in a row it doubles. */
const firstShare = 0.05
const answersToDouble = 10

/** A held-out score counts as this many pairs at most, so that traffic can correct it. */
const mostPriorPairs = 50

/** With fewer judged outcomes a track, and no held-out score, nothing is known. */
const leastOutcomes = 5

/** What the router is told of an experiment. */
export const standingOf = (experiment: Experiment): Standing => {
  const { compared, tracks, interval, verdict, guardrail, served } = experiment
  return {
    pairs: compared,
    outcomes: { traditional: tracks.traditional.judged, optimized: tracks.optimized.judged },
    benefit: benefitOf(experiment),
    interval,
    verdict: verdict?.winner ?? null,
    guardrail,
    canaryShare: Math.min(1, firstShare * 2 ** Math.floor(served.streak / answersToDouble)),
  }
}

/** The gain by traffic and held-out score together, each by its weight in pairs. */
const benefitOf = ({ prior, evidence: { quality }, tracks: { traditional, optimized } }: Experiment): number | null => {
  const observed = estimate(quality)
  if (prior === null) {
    return Math.min(traditional.judged, optimized.judged) < leastOutcomes ? null : observed
  }
  const priorPairs = Math.min(prior.n, mostPriorPairs)
  const pairs = weightOf(quality)
  return (priorPairs * prior.benefit + pairs * (observed ?? 0)) / (priorPairs + pairs)
}

const weightOf = (evidence: Evidence): number => evidence.reduce((sum, [, weight, count]) => sum + weight * count, 0)

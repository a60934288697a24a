import type { Arm } from "../../Arm.ts"
import type { Experiment } from "../../Experiment.ts"
import type { Observation } from "../../Observation.ts"
import type { RoutingPolicy } from "../../RoutingPolicy.ts"
import { differenceInterval, isBeyond, observationsIn } from "../../statistics/evidence.ts"
import { asOftenAsJudged } from "./asOftenAsJudged.ts"
import { type Charges, chargesOf } from "./charges.ts"
import type { Circumstances } from "./Circumstances.ts"
import { countConduct, countQuality, meanQuality } from "./countCharges.ts"
import { freshDetectors, watchDrift } from "./drift.ts"
import { guardrailOf } from "./guardrails.ts"
import { recommendationOf } from "./recommendationOf.ts"
import { toldOf } from "./toldRecommendation.ts"

/** Folds the end of a step into its experiment. */
export const addObservation = (
  before: Experiment,
  observation: Observation,
  circumstances: Circumstances,
): Experiment => {
  const { at, rounding, freshUnit } = circumstances
  const compared = before.compared + (observation.assigned === "both" && observation.share !== null ? 1 : 0)
  const experiment = { ...before, updatedAt: at, served: addServed(before.served, observation.optimized), compared }
  const charges = chargesOf(observation)
  if (charges === null) return experiment
  const counted = freshUnit ? countConduct(experiment, charges, observation.policy, rounding) : experiment
  const known = asOftenAsJudged(experiment, charges, circumstances)
  return judge(counted, known.charges, observation.policy, known.circumstances)
}

/** Folds in how good an answer was that people have judged since; how it came about was counted before. */
export const addJudgement = (
  before: Experiment,
  observation: Observation,
  circumstances: Circumstances,
): Experiment => {
  const experiment = { ...before, updatedAt: circumstances.at }
  const charges = chargesOf(observation)
  return charges === null ? experiment : judge(experiment, charges, observation.policy, circumstances)
}

const judge = (
  experiment: Experiment,
  charges: Charges,
  policy: RoutingPolicy,
  circumstances: Circumstances,
): Experiment => {
  const watched = watchDrift(experiment, charges, circumstances)
  if (watched.epoch !== experiment.epoch || !circumstances.freshUnit) return watched
  return decide(countQuality(watched, charges, circumstances.rounding), policy, circumstances.at)
}

const decide = (experiment: Experiment, policy: RoutingPolicy, at: string): Experiment => {
  const guardrail = guardrailOf(experiment, policy.guardrails)
  const verdict =
    experiment.verdict?.threshold === policy.threshold
      ? experiment.verdict
      : verdictOf(experiment, policy.threshold, guardrail, at)
  const decided: Experiment = {
    ...experiment,
    guardrail,
    verdict,
    drift: verdict === null ? null : verdict === experiment.verdict ? experiment.drift : freshDetectors,
    interval: differenceInterval(experiment.evidence.quality),
  }
  const recommendation = recommendationOf(decided)
  return { ...decided, recommendation, told: toldOf(decided, recommendation) }
}

/** A gain that is bought with broken bounds wins nothing. */
const verdictOf = (
  { evidence: { quality }, tracks }: Experiment,
  threshold: number,
  guardrail: string | null,
  at: string,
): Experiment["verdict"] => {
  const beyond = isBeyond(quality, threshold)
  if (beyond === "within" || (beyond === "above" && guardrail !== null)) return null
  const winner = beyond === "above" ? "optimized" : "traditional"
  return { winner, threshold, n: observationsIn(quality), at, quality: meanQuality(tracks[winner]) }
}

/** A program that could not be reached has not failed. */
const addServed = (served: Experiment["served"], arm: Arm | undefined): Experiment["served"] => {
  if (arm === undefined || arm.invalid === true || arm.failure?.reason === "dspy_unavailable") return served
  const { n, failures, streak } = served
  return arm.answered ? { n: n + 1, failures, streak: streak + 1 } : { n: n + 1, failures: failures + 1, streak: 0 }
}

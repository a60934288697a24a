import type { Experiment, ExperimentVerdict } from "../../Experiment.ts"
import { alarmed, type Detector, freshDetector, watch } from "../../statistics/driftDetector.ts"
import type { Evidence } from "../../statistics/evidence.ts"
import type { Charge, Charges } from "./charges.ts"
import type { Circumstances } from "./Circumstances.ts"
import { qualityEvidence } from "./countCharges.ts"
import { unseen } from "./newExperiment.ts"

/** By how much the winner's quality may fall before it is drift: verdicts flatter their winners a little. */
const fallAllowed = 0.1

export const freshDetectors = { difference: freshDetector, winner: freshDetector }

/**
 * Watches a settled question: whether the difference still is what it was said to be, and whether the winner still is
 * as good. Drift begins another epoch, which knows nothing and has no prior. That a track is out of order is no drift:
 * the breaker sees to it, and the evidence counts it.
 */
export const watchDrift = (
  experiment: Experiment,
  charges: Charges,
  { at, rounding, freshUnit }: Circumstances,
): Experiment => {
  const { verdict, drift } = experiment
  if (verdict === null || drift === null || !isReached(charges)) return experiment
  const evidence = freshUnit ? qualityEvidence(experiment, charges, rounding) : []
  const difference = watchDifference(drift.difference, verdict, evidence)
  const winner = watchWinner(drift.winner, verdict, charges)
  if (alarmed(difference)) {
    return reopen(experiment, { at, winner: verdict.winner, drift: "difference", because: differenceText(verdict) })
  }
  if (alarmed(winner)) {
    return reopen(experiment, { at, winner: verdict.winner, drift: "winner", because: winnerText(verdict) })
  }
  return { ...experiment, drift: { difference, winner } }
}

const watchDifference = (detector: Detector, { winner, threshold }: ExperimentVerdict, evidence: Evidence): Detector =>
  evidence.reduce(
    (watched, [value, weight]) =>
      winner === "optimized"
        ? watch(watched, value, (1 + weight * threshold) / 2)
        : watch(watched, 1 - value, (1 - weight * threshold) / 2),
    detector,
  )

const watchWinner = (detector: Detector, verdict: ExperimentVerdict, charges: Charges): Detector => {
  const least = verdict.quality - fallAllowed
  const quality = chargeOf(verdict.winner, charges)?.quality ?? null
  return quality === null || least <= 0 ? detector : watch(detector, quality, least)
}

const chargeOf = (track: ExperimentVerdict["winner"], charges: Charges): Charge | null => {
  if (charges._tag === "Pair") return charges[track]
  return charges.assigned === track ? charges.charge : null
}

const isReached = (charges: Charges): boolean =>
  charges._tag === "Pair" ? charges.traditional.reached && charges.optimized.reached : charges.charge.reached

const reopen = (experiment: Experiment, reopened: Experiment["reopened"]): Experiment => ({
  ...experiment,
  ...unseen,
  epoch: experiment.epoch + 1,
  prior: null,
  reopened,
})

const differenceText = ({ winner, threshold }: ExperimentVerdict): string =>
  winner === "optimized"
    ? `the program's gain fell below ${threshold}`
    : `the gain that the program would bring rose above ${threshold}`

const winnerText = ({ winner, quality }: ExperimentVerdict): string =>
  `the ${winner} track, which won at a quality of ${quality.toFixed(2)}, fell more than ${fallAllowed} below that`

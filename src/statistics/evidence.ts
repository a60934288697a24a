import { crossing } from "./crossing.ts"
import type { Interval } from "./Interval.ts"
import { type Counted, logWealth } from "./wealth.ts"

/**
 * How often a value from [0, 1] was observed whose mean is 1/2 + weight · Δ / 2, where Δ from [-1, 1] is the quality of
 * the optimized track minus that of the traditional one.
 */
export type Observed = readonly [value: number, weight: number, count: number]

/**
 * All that is known of Δ, as counts in the order of weight and value: bounded, whatever comes in; the same, in whatever
 * order it came in; and sums, when two are merged.
 */
export type Evidence = ReadonlyArray<Observed>

export const noEvidence: Evidence = []

/**
 * Takes in one pair: the quality of the optimized track minus that of the traditional one, in [-1, 1]. `rounding` is drawn
 * evenly from [0, 1).
 */
export const addPair = (evidence: Evidence, difference: number, rounding: number): Evidence =>
  merge(evidence, [[onGrid((difference + 1) / 2, rounding), 1, 1]])

/** What was observed of a run that took one track by lot. */
export interface Split {
  readonly assigned: "optimized" | "traditional"
  /** How probable the optimized track was, in (0, 1). */
  readonly share: number
  /** The quality charged to the assigned track, in [0, 1]. */
  readonly value: number
  /** What was guessed of the value before it was known, in [0, 1]. */
  readonly expected: number
}

/**
 * Takes in one run of one track, weighted by how probable the track was; the mean is 1/2 + f · Δ / 2 whatever was
 * guessed (Waudby-Smith, Wu, Ramdas, Karampatziakis & Mineiro, "Anytime-valid off-policy inference for contextual
 * bandits", 2022). The weight is f, the probability of the rarer track, in steps of 1/1000 downwards; a run whose other
 * track was less probable than that is left out.
 */
export const addSplit = (
  evidence: Evidence,
  { assigned, share, value, expected }: Split,
  rounding: number,
): Evidence => {
  const weight = Math.floor(Math.min(share, 1 - share) * weightsPerUnit + onGridUpTo) / weightsPerUnit
  if (weight <= 0) return evidence
  const inverse = assigned === "optimized" ? 1 / share : -1 / (1 - share)
  return merge(evidence, [[onGrid((1 + weight * inverse * (value - expected)) / 2, rounding), weight, 1]])
}

const valuesPerUnit = 200
const weightsPerUnit = 1000
const onGridUpTo = 1e-7

/** One of the two neighbours on the grid, at random, so that the mean stays what it is. */
const onGrid = (value: number, rounding: number): number => {
  const position = Math.max(0, Math.min(1, value)) * valuesPerUnit
  const nearest = Math.round(position)
  if (Math.abs(position - nearest) <= onGridUpTo) return nearest / valuesPerUnit
  return (Math.floor(position) + (rounding < position % 1 ? 1 : 0)) / valuesPerUnit
}

export const merge = (a: Evidence, b: Evidence): Evidence => {
  const merged: Array<Observed> = []
  for (const [value, weight, count] of [...a, ...b].toSorted(byWeightAndValue)) {
    const last = merged.at(-1)
    if (last === undefined || last[0] !== value || last[1] !== weight) merged.push([value, weight, count])
    else merged[merged.length - 1] = [value, weight, last[2] + count]
  }
  return merged
}

const byWeightAndValue = (a: Observed, b: Observed): number => a[1] - b[1] || a[0] - b[0]

/** Differences from [-1, 1] as they are, for a sample that is at hand as a whole. */
export const evidenceOf = (differences: ReadonlyArray<number>): Evidence => {
  const counts = new Map<number, number>()
  for (const each of differences) counts.set((each + 1) / 2, (counts.get((each + 1) / 2) ?? 0) + 1)
  return Array.from(counts, ([value, count]): Observed => [value, 1, count]).toSorted(byWeightAndValue)
}

export const pairsIn = (evidence: Evidence): number => observationsIn(evidence.filter(([, weight]) => weight === 1))

export const observationsIn = (evidence: Evidence): number => evidence.reduce((sum, [, , count]) => sum + count, 0)

/** The logarithm of the wealth that betting on a mixture of bets has made against "Δ is `difference`". */
export const wealthAgainst = (evidence: Evidence, difference: number): number =>
  logWealth(evidence.map(([value, weight, count]): Counted => ({ value, mean: (1 + weight * difference) / 2, count })))

/** The evidence against equality: 1 is none, 20 decides at 5 %. */
export const eValue = (evidence: Evidence): number => Math.min(Number.MAX_VALUE, Math.exp(wealthAgainst(evidence, 0)))

/** The e-value from which on a winner is called: 1 / 0.05. */
export const decisive = 20

/**
 * Δ as observed, within [-1, 1]: the mean of (2 value − 1) / weight, each weighted by its weight, as its variance is
 * inverse to that. Null where there is no evidence.
 */
export const estimate = (evidence: Evidence): number | null => {
  const mean = meanDifference(evidence)
  return mean === null ? null : Math.max(-1, Math.min(1, mean))
}

const meanDifference = (evidence: Evidence): number | null =>
  evidence.length === 0
    ? null
    : evidence.reduce((sum, [value, , count]) => sum + count * (2 * value - 1), 0) / totalWeight(evidence)

const totalWeight = (evidence: Evidence): number => evidence.reduce((sum, [, weight, count]) => sum + count * weight, 0)

/** The standard deviation of (2 value − 1) / weight, weighted by weight: of the differences, where all evidence is pairs. */
export const spread = (evidence: Evidence): number => {
  const mean = meanDifference(evidence) ?? 0
  const squares = evidence.reduce(
    (sum, [value, weight, count]) => sum + count * weight * ((2 * value - 1) / weight - mean) ** 2,
    0,
  )
  return squares === 0 ? 0 : Math.sqrt(squares / totalWeight(evidence))
}

/**
 * Every Δ that the evidence does not refute: [-1, 1] where there is none. It leaves 0 out exactly when the e-value passes
 * 1 / (1 − confidence), so that the two never say different things.
 */
export const differenceInterval = (evidence: Evidence, confidence = 0.95): Interval => {
  const excess = excessOf(evidence, confidence)
  const center = centerOf(evidence, excess)
  return center === null ? [-1, 1] : [edge(-1, center, excess), edge(1, center, excess)]
}

/** Whether Δ lies above or below the threshold beyond doubt, which is where the interval lies. */
export const isBeyond = (evidence: Evidence, threshold: number, confidence = 0.95): "above" | "below" | "within" => {
  const excess = excessOf(evidence, confidence)
  if (excess(threshold) < 0) return "within"
  return (centerOf(evidence, excess) ?? threshold) > threshold ? "above" : "below"
}

/** By how much the wealth against a difference exceeds, in its logarithm, what refutes it. */
type Excess = (difference: number) => number

const excessOf =
  (evidence: Evidence, confidence: number): Excess =>
  (difference) =>
    wealthAgainst(evidence, difference) + Math.log(1 - confidence)

/**
 * A difference inside the interval: the estimate. Evidence of several weights can contradict itself so much that it
 * refutes even that; then the difference that it refutes least.
 */
const centerOf = (evidence: Evidence, excess: Excess): number | null => {
  const observed = estimate(evidence)
  if (observed === null || excess(observed) < 0) return observed
  let [low, high] = [-1, 1]
  for (let round = 0; round < 60; round += 1) {
    const [left, right] = [(2 * low + high) / 3, (low + 2 * high) / 3]
    if (excess(left) < excess(right)) high = right
    else low = left
  }
  return (low + high) / 2
}

/** The wealth is convex in the difference, so that it passes the limit once on either side; 0 is asked first, to fall on its right side. */
const edge = (end: -1 | 1, center: number, excess: Excess): number => {
  if (excess(center) >= 0) return center
  if (end * center >= 0) return crossing(excess, center, end)
  return excess(0) < 0 ? crossing(excess, 0, end) : crossing(excess, center, 0)
}

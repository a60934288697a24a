import { confidenceSequence } from "./confidenceSequence.ts"
import type { Interval } from "./Interval.ts"
import { addValue, type Moments, noMoments } from "./moments.ts"

type Track = "optimized" | "traditional"

/** What was guessed of the value of each track before it was known; a bad guess costs precision, never truth. */
export type Expected = Readonly<Record<Track, number>>

/** A run that took one track by lot. */
export interface ScoredSplit {
  readonly assigned: Track
  /** How probable the optimized track was, in (0, 1). */
  readonly share: number
  /** The value charged to the assigned track. */
  readonly value: number
  readonly expected: Expected
}

/**
 * What one run says of the difference between the tracks, optimized minus traditional: its mean is that difference. The
 * doubly robust score of Dudík, Langford & Li, "Doubly robust policy evaluation and learning" (ICML 2011). A pair's score
 * is its difference.
 */
export const scoreOfSplit = ({ assigned, share, value, expected }: ScoredSplit): number => {
  const correction = assigned === "optimized" ? 1 / share : -1 / (1 - share)
  return expected.optimized - expected.traditional + correction * (value - expected[assigned])
}

/** One logged decision. */
export interface Decision {
  readonly assigned: Track
  /** How probable the assigned track was, in (0, 1]. */
  readonly propensity: number
  /** The value charged to the assigned track. */
  readonly value: number
  readonly expected: Expected
}

/**
 * The mean value that a policy would have had on logged decisions that another one took: the doubly robust estimate of
 * the same authors. `policy` gives the probability of the optimized track; where it gives a track a chance, the log has to
 * have given it one, too. The value is null for an empty log, the interval until enough of the log is what the policy
 * would have done.
 */
export const policyValue = <Row extends Decision>(
  log: ReadonlyArray<Row>,
  policy: (row: Row) => number,
): { readonly value: number | null; readonly interval: Interval | null } => {
  const scores = log.map((row) => scoreUnder(row, policy(row))).reduce(addValue, noMoments)
  const weights = log.map((row) => weightUnder(row, policy(row))).reduce(addValue, noMoments)
  return {
    value: scores.n === 0 ? null : scores.mean,
    interval: effectiveSize(weights) < leastSize ? null : confidenceSequence(scores),
  }
}

/** How many decisions without weights would tell as much: Kish, "Survey Sampling" (1965). */
const effectiveSize = ({ n, mean, m2 }: Moments): number => (mean === 0 ? 0 : (n * mean ** 2) / (mean ** 2 + m2 / n))

const leastSize = 30

/** How much more often the policy would have taken the track than the log did. */
const weightUnder = ({ assigned, propensity }: Decision, optimized: number): number =>
  (assigned === "optimized" ? optimized : 1 - optimized) / propensity

const scoreUnder = (row: Decision, optimized: number): number => {
  const { assigned, value, expected } = row
  const guessed = optimized * expected.optimized + (1 - optimized) * expected.traditional
  return guessed + weightUnder(row, optimized) * (value - expected[assigned])
}

import { differenceInterval, evidenceOf } from "./evidence.ts"
import type { Interval } from "./Interval.ts"

export type { Interval }

/**
 * Where the mean of numbers from [0, 1] lies: every mean that betting evenly on a mixture of bets cannot refute
 * (Waudby-Smith & Ramdas, JRSS-B 86, 2024). Holds for any distribution on [0, 1], any number of observations, in any
 * order, and at any time one chooses to look; never empty, and [0, 1] where there is no observation.
 */
export const meanInterval = (observations: ReadonlyArray<number>, confidence = 0.95): Interval => {
  const [low, high] = pairedInterval(
    observations.map((each) => 2 * each - 1),
    confidence,
  )
  return [(low + 1) / 2, (high + 1) / 2]
}

/** Where the mean of paired differences from [-1, 1] lies, by the same bets. */
export const pairedInterval = (differences: ReadonlyArray<number>, confidence = 0.95): Interval =>
  differenceInterval(evidenceOf(differences), confidence)

/**
 * Where a probability lies after `successes` of `n` tries: Wilson, "Probable inference, the law of succession, and
 * statistical inference" (JASA 22, 1927). Narrower than `meanInterval`, and only for one look at a number of tries fixed
 * beforehand.
 */
export const wilsonInterval = (successes: number, n: number): Interval => {
  if (n === 0) return [0, 1]
  const share = successes / n
  const center = (share + z95 ** 2 / (2 * n)) / (1 + z95 ** 2 / n)
  const half = (z95 / (1 + z95 ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z95 ** 2 / (4 * n ** 2))
  return [successes === 0 ? 0 : center - half, successes === n ? 1 : center + half]
}

/** The 97.5 % quantile of the normal distribution. */
const z95 = 1.959963984540054

/** 0 where there is nothing. */
export const meanOf = (values: ReadonlyArray<number>): number =>
  values.length === 0 ? 0 : values.reduce((sum, each) => sum + each, 0) / values.length

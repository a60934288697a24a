/**
 * The bets of the mixture: shares of the largest bet that cannot lose everything. Positive ones bet that the mean is
 * higher than it is said to be, negative ones that it is lower.
 */
export const upward: ReadonlyArray<number> = Array.from({ length: 20 }, (_, index) => (0.95 * (index + 1)) / 20)
export const downward: ReadonlyArray<number> = upward.map((share) => -share)
export const bothWays: ReadonlyArray<number> = [...upward, ...downward]

/**
 * The logarithm of what a bet makes of one unit when an observation from [0, 1] comes in that was said to have the mean
 * `mean`, also from [0, 1].
 */
export const logGain = (bet: number, observation: number, mean: number): number => {
  if (bet > 0) return Math.log1p(observation === 0 ? -bet : (bet * (observation - mean)) / mean)
  return Math.log1p(observation === 1 ? bet : (bet * (observation - mean)) / (1 - mean))
}

/** The logarithm of the mean of numbers given by their logarithms. */
export const logMean = (logs: ReadonlyArray<number>): number => {
  const largest = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (!Number.isFinite(largest)) return largest
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length)
}

/** An observation from [0, 1], how often it was made, and the mean it was said to have. */
export interface Counted {
  readonly value: number
  readonly mean: number
  readonly count: number
}

/**
 * The logarithm of the wealth that betting one unit evenly on all bets has made: the mixture betting martingale of
 * Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting" (JRSS-B 86, 2024). Were the means
 * what they are said to be, it would pass log(1 / a) with a probability of at most a, however often one looks.
 */
export const logWealth = (observations: ReadonlyArray<Counted>, bets: ReadonlyArray<number> = bothWays): number =>
  logMean(
    bets.map((bet) => observations.reduce((sum, { value, mean, count }) => sum + count * logGain(bet, value, mean), 0)),
  )

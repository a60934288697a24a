/** Bets against a mean, as shares of the largest bet that cannot lose everything; half of them bet that the mean is higher. */
const shares: ReadonlyArray<number> = Array.from({ length: 20 }, (_, index) => (0.95 * (index + 1)) / 20)

/** The bets against `mean`, a number from (0, 1). */
export const betsAgainst = (mean: number): ReadonlyArray<number> => [
  ...shares.map((share) => share / mean),
  ...shares.map((share) => -share / (1 - mean)),
]

/** The logarithm of what a bet makes of one unit when an observation from [0, 1] comes in. */
export const logGain = (bet: number, observation: number, mean: number): number =>
  Math.log1p(bet * (observation - mean))

/** The logarithm of the mean of numbers given by their logarithms. */
export const logMean = (logs: ReadonlyArray<number>): number => {
  const largest = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length)
}

/** An observation from [0, 1] and how often it was made. */
export interface Counted {
  readonly value: number
  readonly count: number
}

/** The logarithm of the wealth that betting evenly on all bets would have made of one unit, had the mean been `mean`. */
export const logWealth = (observations: ReadonlyArray<Counted>, mean: number): number =>
  logMean(
    betsAgainst(mean).map((bet) =>
      observations.reduce((sum, { value, count }) => sum + count * logGain(bet, value, mean), 0),
    ),
  )

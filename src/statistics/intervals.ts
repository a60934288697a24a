import { type Counted, logWealth } from "./wealth.ts"

/** Lower and upper end. */
export type Interval = readonly [number, number]

/**
 * Where the mean of numbers from [0, 1] lies: every mean that betting evenly on a mixture of bets cannot refute
 * (Waudby-Smith & Ramdas, JRSS-B 86, 2024). Holds for any distribution on [0, 1], any number of observations, in any
 * order, and at any time one chooses to look; never empty, and [0, 1] where there is no observation.
 */
export const meanInterval = (observations: ReadonlyArray<number>, confidence = 0.95): Interval => {
  if (observations.length === 0) return [0, 1]
  const limit = -Math.log(1 - confidence)
  const values = counted(observations)
  const mean = meanOf(observations)
  const refuted = (candidate: number) => logWealth(values, candidate) >= limit
  return [edge(0, mean, refuted), edge(1, mean, refuted)]
}

/**
 * The interval of the mean of paired differences from [-1, 1]: `meanInterval`, stretched. It leaves 0 out exactly when
 * the e-value of the same pairs passes 1 / (1 − confidence), so that the two never say different things.
 */
export const pairedInterval = (differences: ReadonlyArray<number>, confidence = 0.95): Interval => {
  const [low, high] = meanInterval(
    differences.map((difference) => (difference + 1) / 2),
    confidence,
  )
  return [2 * low - 1, 2 * high - 1]
}

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

/** Observations repeat: scores are mostly 0 and 1. */
const counted = (observations: ReadonlyArray<number>): ReadonlyArray<Counted> => {
  const counts = new Map<number, number>()
  for (const value of observations) counts.set(value, (counts.get(value) ?? 0) + 1)
  return Array.from(counts, ([value, count]) => ({ value, count }))
}

/** Between an end of [0, 1] and the mean, the wealth only falls; the point where it passes the limit is halved in on. */
const edge = (end: 0 | 1, mean: number, refuted: (candidate: number) => boolean): number => {
  if (mean === end) return end
  let [outside, inside]: [number, number] = [end, mean]
  for (let round = 0; round < 40; round += 1) {
    const middle = (outside + inside) / 2
    if (refuted(middle)) outside = middle
    else inside = middle
  }
  return outside
}

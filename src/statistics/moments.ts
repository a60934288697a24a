/** How many values there were, their mean, and the sum of their squared distances from it. */
export interface Moments {
  readonly n: number
  readonly mean: number
  readonly m2: number
}

export const noMoments: Moments = { n: 0, mean: 0, m2: 0 }

/** Welford, "Note on a method for calculating corrected sums of squares and products" (Technometrics 4, 1962). */
export const addValue = ({ n, mean, m2 }: Moments, value: number): Moments => {
  const distance = value - mean
  const newMean = mean + distance / (n + 1)
  return { n: n + 1, mean: newMean, m2: m2 + distance * (value - newMean) }
}

/** Chan, Golub & LeVeque, "Algorithms for computing the sample variance" (The American Statistician 37, 1983). */
export const mergeMoments = (a: Moments, b: Moments): Moments => {
  const n = a.n + b.n
  if (n === 0) return noMoments
  const distance = b.mean - a.mean
  return {
    n,
    mean: a.mean + (distance * b.n) / n,
    m2: a.m2 + b.m2 + (distance ** 2 * a.n * b.n) / n,
  }
}

/** Of the values around their own mean; 0 of none. */
export const standardDeviationOf = ({ n, m2 }: Moments): number => (n === 0 ? 0 : Math.sqrt(m2 / n))

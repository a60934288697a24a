import type { SeededRandom } from "../seededRandom.ts"

/** A choice of one category in each dimension, and how it did; the higher the better. */
export interface Observation {
  readonly choice: ReadonlyArray<number>
  readonly score: number
}

/** Observations before which choices are plainly random. */
const startup = 10

/** Choices that are drawn and compared for each suggestion. */
const drawn = 24

/** Observations that count in full; older ones count the less the older they are. */
const recent = 25

/**
 * What to try next of `sizes[d]` categories in each dimension `d`: the multivariate tree-structured Parzen estimator
 * for categories (Bergstra et al. 2011; Falkner et al. 2018), with the constants of Optuna's TPESampler. The best
 * tenth of the observations (at most 25) and the rest each make a mixture of kernels; of 24 choices drawn from the
 * first, the one whose density is highest in it compared with the second.
 */
export const suggestByTpe = (
  observations: ReadonlyArray<Observation>,
  sizes: ReadonlyArray<number>,
  random: SeededRandom,
): ReadonlyArray<number> => {
  if (observations.length < startup) return sizes.map((size) => random.between(0, size - 1))
  const best = bestOf(observations)
  const good = mixtureOf(
    observations.filter((each) => best.has(each)),
    sizes,
  )
  const poor = mixtureOf(
    observations.filter((each) => !best.has(each)),
    sizes,
  )
  const choices = Array.from({ length: drawn }, () => drawFrom(good, random))
  return highest(choices, (choice) => Math.log(density(good, choice)) - Math.log(density(poor, choice)))
}

/** One kernel: how probable each category is in each dimension. */
type Kernel = ReadonlyArray<ReadonlyArray<number>>

interface Mixture {
  readonly kernels: ReadonlyArray<Kernel>
  /** Of each kernel; they sum to 1. */
  readonly weights: ReadonlyArray<number>
}

const bestOf = (observations: ReadonlyArray<Observation>): ReadonlySet<Observation> => {
  const count = Math.min(Math.ceil(0.1 * observations.length), 25)
  return new Set(observations.toSorted((a, b) => b.score - a.score).slice(0, count))
}

/** A kernel around each observation, oldest first, and one that knows nothing. */
const mixtureOf = (observations: ReadonlyArray<Observation>, sizes: ReadonlyArray<number>): Mixture => {
  const count = observations.length + 1
  const around = observations.map(({ choice }) =>
    sizes.map((size, dimension) => probabilities(size, (at) => 1 / count + (at === choice[dimension] ? 1 : 0))),
  )
  const prior = sizes.map((size) => probabilities(size, () => 1))
  const weights = [...weightsOf(observations.length), 1]
  const total = sum(weights)
  return { kernels: [...around, prior], weights: weights.map((weight) => weight / total) }
}

const probabilities = (size: number, massOf: (at: number) => number): ReadonlyArray<number> => {
  const masses = Array.from({ length: size }, (_, at) => massOf(at))
  const total = sum(masses)
  return masses.map((mass) => mass / total)
}

/** A ramp from 1/n to 1 over the older ones, then 1. */
const weightsOf = (count: number): ReadonlyArray<number> => {
  const older = count - recent
  return Array.from({ length: count }, (_, at) => {
    if (at >= older) return 1
    return 1 / count + (older === 1 ? 0 : (at / (older - 1)) * (1 - 1 / count))
  })
}

const density = ({ kernels, weights }: Mixture, choice: ReadonlyArray<number>): number =>
  sum(
    kernels.map(
      (kernel, at) =>
        (weights[at] ?? 0) *
        kernel.reduce((product, row, dimension) => product * (row[choice[dimension] ?? 0] ?? 0), 1),
    ),
  )

const drawFrom = ({ kernels, weights }: Mixture, random: SeededRandom): ReadonlyArray<number> =>
  (kernels[drawIndex(weights, random)] ?? []).map((row) => drawIndex(row, random))

const drawIndex = (chances: ReadonlyArray<number>, random: SeededRandom): number => {
  let left = random.fraction()
  const at = chances.findIndex((chance) => (left -= chance) < 0)
  return at < 0 ? chances.length - 1 : at
}

const highest = (
  choices: ReadonlyArray<ReadonlyArray<number>>,
  valueOf: (choice: ReadonlyArray<number>) => number,
): ReadonlyArray<number> =>
  choices.map((choice) => ({ choice, value: valueOf(choice) })).reduce((a, b) => (b.value > a.value ? b : a)).choice

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, each) => total + each, 0)

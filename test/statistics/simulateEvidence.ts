import { type SeededRandom, seededRandom } from "../../src/services/optimization/seededRandom.ts"
import { addPair, addSplit, decisive, type Evidence, noEvidence, wealthAgainst } from "../../src/statistics/evidence.ts"

/** How many experiments are run, after how many observations each is given up, and where the luck begins. */
export interface Simulation {
  readonly repetitions: number
  readonly pairs: number
  readonly seed: number
}

/** The quality of one answer of a track. */
export type Track = (random: SeededRandom) => number

export interface Tracks {
  readonly traditional: Track
  readonly optimized: Track
}

/** Right with a probability, or wrong. */
export const rightIn =
  (probability: number): Track =>
  (random) =>
    random.fraction() < probability ? 1 : 0

/** Wrong, half right or right, each third of the time. */
export const threeLevels: Track = (random) => random.between(0, 2) / 2

export const equal = (track: Track): Tracks => ({ traditional: track, optimized: track })

/** In every repetition, the number of pairs after which a winner is first called, looking after each; null: never. */
export const decidedOnPairs = (simulation: Simulation, tracks: Tracks) => decidedAfter(simulation, pairsOf(tracks))

/** The same of runs that take one track, the optimized one with a probability of `share`. */
export const decidedOnSplits = (simulation: Simulation, tracks: Tracks, share: number) =>
  decidedAfter(
    simulation,
    splitsOf(tracks, () => share),
  )

/**
 * After how many observations the difference that the tracks really have is first refuted, where pairs and runs of
 * changing shares come in by turns.
 */
export const truthRefuted = (simulation: Simulation, tracks: Tracks, difference: number) => {
  const split = splitsOf(tracks, (random) => random.pick([0.5, 0.1, 0.98]))
  const pair = pairsOf(tracks)
  return decidedAfter(
    simulation,
    (evidence, random, seen) => (random.fraction() < 0.3 ? pair : split)(evidence, random, seen),
    difference,
  )
}

/** What looking at the p-value of a z-test after every pair does, from the tenth on. */
export const decidedByPeeking = ({ repetitions, pairs, seed }: Simulation, { traditional, optimized }: Tracks) => {
  const random = seededRandom(seed)
  return Array.from({ length: repetitions }, (): number | null => {
    let [sum, squares] = [0, 0]
    for (let n = 1; n <= pairs; n += 1) {
      const difference = optimized(random) - traditional(random)
      sum += difference
      squares += difference ** 2
      const standardError = Math.sqrt((squares / n - (sum / n) ** 2) / n)
      if (n >= 10 && Math.abs(sum / n) > 1.96 * standardError) return n
    }
    return null
  })
}

/** The share of experiments in which a winner was called. */
export const shareDecided = (decided: ReadonlyArray<number | null>): number =>
  decided.filter((after) => after !== null).length / decided.length

/** What a share of at most 5 % can come out as in so many repetitions: three standard errors above. */
export const atMostFivePercent = (repetitions: number): number => 0.05 + 3 * Math.sqrt((0.05 * 0.95) / repetitions)

/** The number of observations after which half of the experiments had decided; infinite where fewer ever did. */
export const medianDecision = (decided: ReadonlyArray<number | null>): number => {
  const sorted = decided.map((after) => after ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY
}

interface Seen {
  n: number
  sum: number
}

type Step = (evidence: Evidence, random: SeededRandom, seen: Seen) => Evidence

const pairsOf =
  ({ traditional, optimized }: Tracks): Step =>
  (evidence, random) =>
    addPair(evidence, optimized(random) - traditional(random), random.fraction())

/** What is expected of a value is the mean of those seen. */
const splitsOf =
  ({ traditional, optimized }: Tracks, shareOf: (random: SeededRandom) => number): Step =>
  (evidence, random, seen) => {
    const share = shareOf(random)
    const assigned = random.fraction() < share ? "optimized" : "traditional"
    const value = assigned === "optimized" ? optimized(random) : traditional(random)
    const expected = seen.n === 0 ? 0.5 : seen.sum / seen.n
    seen.n += 1
    seen.sum += value
    return addSplit(evidence, { assigned, share, value, expected }, random.fraction())
  }

const decidedAfter = (
  { repetitions, pairs, seed }: Simulation,
  step: Step,
  against = 0,
): ReadonlyArray<number | null> => {
  const random = seededRandom(seed)
  return Array.from({ length: repetitions }, () => {
    const seen = { n: 0, sum: 0 }
    let evidence = noEvidence
    for (let n = 1; n <= pairs; n += 1) {
      evidence = step(evidence, random, seen)
      if (wealthAgainst(evidence, against) >= Math.log(decisive)) return n
    }
    return null
  })
}

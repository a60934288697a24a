import type { SeededRandom } from "../../src/services/optimization/seededRandom.ts"
import type { Request } from "./simulateExperiment.ts"
import type { Trial, Trials } from "./simulateStep.ts"

/** What a track makes of one request. */
export type Track = (request: Request) => Trial

export type Truth = (request: Request) => Trials

/** Right with a probability, or wrong. */
export const rightIn =
  (probability: number): Track =>
  ({ random }) => ({ mean: probability, quality: hits(random, probability) })

/** Wrong, half right or right, each third of the time. */
export const threeLevels: Track = ({ random }) => ({ mean: 0.5, quality: random.between(0, 2) / 2 })

/** Right as often as is peculiar to who asks: with some always, with others never. */
export const peculiarToUnits: Track = ({ unit, random }) => {
  const probability = unit?.peculiarity ?? 0.5
  return { mean: probability, quality: hits(random, probability) }
}

/** A track that fails with a probability, and is as it is otherwise. */
export const failingIn =
  (probability: number, track: Track): Track =>
  (request) => {
    const trial = track(request)
    const mean = (1 - probability) * trial.mean
    return request.random.fraction() < probability ? { mean, quality: 0, fails: true } : { ...trial, mean }
  }

export const between =
  (traditional: Track, optimized: Track): Truth =>
  (request) => ({ traditional: traditional(request), optimized: optimized(request) })

const hits = (random: SeededRandom, probability: number): number => (random.fraction() < probability ? 1 : 0)

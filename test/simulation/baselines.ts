import { type SeededRandom, seededRandom } from "../../src/services/optimization/seededRandom.ts"
import type { Simulation } from "./simulateExperiment.ts"

type Chooser = () => {
  readonly choosesOptimized: (random: SeededRandom) => boolean
  readonly learns: (optimized: boolean, quality: number) => void
}

/** The mean regret of routing that is not ours, on the same requests. */
export const baselineRegret = (
  { repetitions, requests, seed, truth }: Pick<Simulation, "repetitions" | "requests" | "seed" | "truth">,
  chooser: Chooser,
): number => {
  const random = seededRandom(seed)
  let regret = 0
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const { choosesOptimized, learns } = chooser()
    for (let index = 1; index <= requests; index += 1) {
      const { traditional, optimized } = truth({ index, unit: null, random })
      const chosen = choosesOptimized(random)
      learns(chosen, chosen ? optimized.quality : traditional.quality)
      regret += Math.max(traditional.mean, optimized.mean) - (chosen ? optimized : traditional).mean
    }
  }
  return regret / repetitions
}

/** Half and half, for ever. */
export const fixedSplit: Chooser = () => ({ choosesOptimized: (random) => random.fraction() < 0.5, learns: () => {} })

/** Thompson sampling on normal posteriors; each track has the floor beside its share of the rest. */
export const thompson =
  (floor: number): Chooser =>
  () => {
    const counts = { optimized: [1, 2] as [number, number], traditional: [1, 2] as [number, number] }
    return {
      choosesOptimized: (random) => {
        const luck = random.fraction()
        if (luck < 2 * floor) return luck < floor
        return drawn(counts.optimized, random) > drawn(counts.traditional, random)
      },
      learns: (optimized, quality) => {
        const count = optimized ? counts.optimized : counts.traditional
        count[0] += quality
        count[1] += 1
      },
    }
  }

const drawn = ([sum, n]: readonly [number, number], random: SeededRandom): number => {
  const mean = sum / n
  const normal = Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction())
  return mean + normal * Math.sqrt((mean * (1 - mean)) / (n + 1))
}

import type { Arm } from "../../../src/Arm.ts"
import type { Observation } from "../../../src/Observation.ts"
import type { SeededRandom } from "../../../src/services/optimization/seededRandom.ts"
import { answer, pair, single } from "./observations.ts"

/** Every share that canaries, tests, explorations and control shares give. */
const shares = [0.02, 0.05, 0.1, 0.2, 0.4, 0.5, 0.8, 0.98] as const

/** An outcome of any quality, with a cost and a time from a thousandth of the usual to a thousand times. */
export const wildObservation = (random: SeededRandom): Observation => {
  if (random.fraction() < 0.2) return pair(wildArm(random), wildArm(random))
  const share = random.pick(shares)
  return single(random.fraction() < share ? "optimized" : "traditional", wildArm(random), { share })
}

const wildArm = (random: SeededRandom): Arm =>
  answer(random.fraction(), { costUsd: 0.001 * wildFactor(random), latencyMs: 100 * wildFactor(random) })

const wildFactor = (random: SeededRandom): number => 10 ** (6 * random.fraction() - 3)

import type { Experiment } from "../../Experiment.ts"
import { failsTooOften } from "../../statistics/failureRate.ts"

/** By how much more often than the prompt as written a program may fail. */
const moreFailures = 0.1

/** From this many outcomes on it is known how often the prompt as written fails; until then it is taken never to. */
const leastKnown = 20

/**
 * Why a program has to go that has not won yet: it fails more often than the prompt as written by more than a tenth,
 * beyond doubt. Null where it does not.
 */
export const canaryFailure = ({ served, tracks: { traditional }, verdict }: Experiment): string | null => {
  if (verdict?.winner === "optimized") return null
  const usual = traditional.n < leastKnown ? 0 : 1 - traditional.answered / traditional.n
  const limit = Math.min(0.95, usual + moreFailures)
  return failsTooOften(served, limit)
    ? `it failed ${served.failures} of ${served.n} times, and ${(100 * limit).toFixed(0)} % would be too often`
    : null
}

import type { AdoptionCriteria } from "../../Settings.ts"
import { meanOf, pairedInterval } from "../../statistics/intervals.ts"
import type { Measured } from "./Measured.ts"

export interface Verdict {
  readonly adopted: boolean
  /** In words, with the numbers it rests on. */
  readonly reason: string
}

/** Mean gain in quality of one contender over another on the same rows, and its 95 % interval. */
export interface Gain {
  readonly mean: number
  readonly interval: readonly [number, number]
  readonly n: number
}

export const gainOver = (better: Measured, worse: Measured): Gain => {
  const differences = better.scores.map((score, row) => score - (worse.scores[row] ?? 0))
  return { mean: meanOf(differences), interval: pairedInterval(differences), n: differences.length }
}

/**
 * Whether a program replaces `before`, the traditional track or the program in use: where the whole interval of its gain
 * lies above 0 and not below the least gain, at a cost per call that has not grown by more than is allowed.
 */
export const adoption = (
  program: Measured,
  before: Measured & { readonly name: string },
  { leastGain, largestCostIncrease }: AdoptionCriteria,
): Verdict => {
  const { mean, interval, n } = gainOver(program, before)
  const measured = `${signed(mean)} over ${before.name} on ${n} held-out rows (95 % interval ${signed(interval[0])} to ${signed(interval[1])})`
  if (interval[0] <= 0 || interval[0] < leastGain) {
    const wanted = leastGain === 0 ? "above 0" : `${leastGain} or above (adoption.leastGain)`
    return { adopted: false, reason: `quality ${measured}; to be adopted, the whole interval has to be ${wanted}` }
  }
  const times = costRatio(program.costUsd, before.costUsd)
  if (times > 1 + largestCostIncrease) {
    const allowed = Number((1 + largestCostIncrease).toFixed(4))
    return {
      adopted: false,
      reason:
        `rejected for its cost alone: quality ${measured}, but a call costs ${costText(times)}; ` +
        `${allowed} times as much is allowed (adoption.largestCostIncrease)`,
    }
  }
  return { adopted: true, reason: `quality ${measured}` }
}

/** How many times as much; equal where one of the two is not known. */
const costRatio = (after: number | null, before: number | null): number =>
  after === null || before === null || after === before ? 1 : before === 0 ? Number.POSITIVE_INFINITY : after / before

const costText = (times: number): string =>
  Number.isFinite(times) ? `${times.toFixed(1)} times as much` : "something where it cost nothing"

const signed = (value: number): string => {
  const rounded = value.toFixed(3)
  return value > 0 ? `+${rounded}` : rounded.replace("-", "−")
}

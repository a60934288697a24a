import type { Experiment, TrackTotals } from "../../Experiment.ts"
import type { BudgetLeft } from "../../Route.ts"

/** A pair that costs this many times the usual has to fit as well. */
const margin = 1.5

/** Calls that a track makes at most as a rule: one, and one more where the answer cannot be read. */
const callsOfTrack = 2

/** Whether a budget leaves enough to run both tracks of a step, going by what they took until now. */
export const affordsComparison = ({ tracks }: Experiment, { usd, tokens, calls }: BudgetLeft): boolean =>
  fits(
    usd,
    bothMean(tracks, ({ priced, costUsd }) => [costUsd, priced]),
  ) &&
  fits(
    tokens,
    bothMean(tracks, ({ n, tokens: used }) => [used, n]),
  ) &&
  (calls === null || calls >= 2 * callsOfTrack)

const fits = (left: number | null, usual: number): boolean => left === null || (left > 0 && margin * usual <= left)

const bothMean = (
  { traditional, optimized }: Experiment["tracks"],
  sumOf: (totals: TrackTotals) => readonly [sum: number, n: number],
): number => mean(sumOf(traditional)) + mean(sumOf(optimized))

const mean = ([sum, n]: readonly [number, number]): number => (n === 0 ? 0 : sum / n)

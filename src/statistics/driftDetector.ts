import { downward, logGain, logMean } from "./wealth.ts"

/** What watching a mean has come to. Plain numbers, so that it can be stored. */
export interface Detector {
  readonly n: number
  /** The logarithm of the e-CUSUM statistic of each bet. */
  readonly logs: ReadonlyArray<number>
}

export const freshDetector: Detector = { n: 0, logs: downward.map(() => 0) }

/**
 * Takes in an observation from [0, 1], betting that its mean has fallen below `mean`, the least it has without drift.
 *
 * The e-detector of Shin, Ramdas & Rinaldo, "E-detectors: a nonparametric framework for sequential change detection"
 * (NEJSDS 2, 2023), as the mean of e-CUSUM statistics: each bet starts anew with one unit whenever it holds less.
 */
export const watch = ({ n, logs }: Detector, observation: number, mean: number): Detector => ({
  n: n + 1,
  logs: downward.map(
    (bet, index) => Math.max(0, logs[index] ?? 0) + logGain(bet, observation, Math.min(mean, nearlyAlways)),
  ),
})

/** A mean of 1 would let a single observation prove drift beyond all numbers. */
const nearlyAlways = 0.999

/** How much speaks for drift; 1 is nothing. */
export const alarmOf = ({ logs }: Detector): number => Math.min(Number.MAX_VALUE, Math.exp(logMean(logs)))

/** Without drift, the first false alarm comes after `averageRunLength` observations or more on average. */
export const alarmed = (detector: Detector, averageRunLength = 10_000): boolean => alarmOf(detector) >= averageRunLength

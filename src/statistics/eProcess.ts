import { betsAgainst, logGain, logMean } from "./wealth.ts"

/** Evidence that two tracks differ, folded pair by pair. Plain numbers, so that it can be stored. */
export interface EProcess {
  readonly n: number
  /** The logarithm of the wealth of each bet. */
  readonly logWealths: ReadonlyArray<number>
}

const even = 0.5

export const noEvidence: EProcess = { n: 0, logWealths: betsAgainst(even).map(() => 0) }

/**
 * Takes in one pair: the quality of the optimized track minus that of the traditional one, in [-1, 1].
 *
 * The mixture betting e-process of Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting"
 * (JRSS-B 86, 2024): if the tracks are equal in the mean, the e-value passes 20 with a probability of at most 5 %, however
 * often one looks.
 */
export const addPair = ({ n, logWealths }: EProcess, difference: number): EProcess => ({
  n: n + 1,
  logWealths: betsAgainst(even).map(
    (bet, index) => (logWealths[index] ?? 0) + logGain(bet, (difference + 1) / 2, even),
  ),
})

export const evidenceOf = (differences: ReadonlyArray<number>): EProcess => differences.reduce(addPair, noEvidence)

/** The evidence against equality: 1 is none, 20 decides at 5 %. */
export const eValueOf = ({ logWealths }: EProcess): number => Math.min(Number.MAX_VALUE, Math.exp(logMean(logWealths)))

/** The e-value from which on a winner is called: 1 / 0.05. */
export const decisive = 20

import { formatPoints } from "./format.ts"

/** How much better the optimized track is, and how sure that is, in a line. */
export const differenceText = ({
  qualityDiff,
  interval: [low, high],
  eValue,
  decided,
}: {
  readonly qualityDiff: number
  readonly interval: readonly [number, number]
  readonly eValue: number
  readonly decided: boolean
}): string =>
  `difference: ${formatPoints(qualityDiff)} points (95 % interval ${formatPoints(low)} to ${formatPoints(high)}), ` +
  `e-value ${eValue < 1000 ? eValue.toFixed(1) : eValue.toExponential(0)}: ${decided ? "decided" : "undecided"}`

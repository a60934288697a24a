import type { Interval } from "./Interval.ts"
import { type Moments, standardDeviationOf } from "./moments.ts"

/**
 * Where the mean of independent values lies, of any scale, at every time one chooses to look: the asymptotic confidence
 * sequence of Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence
 * sequences" (Annals of Statistics 52, 2024, theorem 2.2). It holds the better the later it is first looked at, so it is
 * null before `burnIn` values; scores of split traffic want some 30 runs of the rarer track, so 30 / f, where f is its
 * share. It is narrowest at about `tunedTo` values, and a point where values do not vary.
 */
export const confidenceSequence = (
  moments: Moments,
  {
    confidence = 0.95,
    tunedTo = 100,
    burnIn = 30,
  }: { readonly confidence?: number; readonly tunedTo?: number; readonly burnIn?: number } = {},
): Interval | null => {
  const { n, mean } = moments
  if (n === 0 || n < burnIn) return null
  const error = 1 - confidence
  const rhoSquared = (-2 * Math.log(error) + Math.log(1 - 2 * Math.log(error))) / tunedTo
  const growth = n * rhoSquared + 1
  const radius =
    standardDeviationOf(moments) *
    Math.sqrt(((2 * growth) / (n ** 2 * rhoSquared)) * Math.log(Math.sqrt(growth) / error))
  return [mean - radius, mean + radius]
}

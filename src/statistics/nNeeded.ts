import { decisive } from "./evidence.ts"
import { bothWays, logMean } from "./wealth.ts"

/**
 * How many pairs the evidence probably needs to decide, where pairs differ by `difference` in the mean and by
 * `standardDeviation` around it. Each bet's wealth is taken to grow as a normal distribution lets it; null where that
 * takes more than ten million pairs.
 */
export const nNeeded = (pairs: { readonly difference: number; readonly standardDeviation: number }): number | null => {
  const mean = pairs.difference / 2
  const variance = (pairs.standardDeviation / 2) ** 2
  const growths = bothWays.map((bet) => 2 * bet * mean - 2 * bet ** 2 * (variance + mean ** 2))
  const decided = (n: number) => logMean(growths.map((growth) => n * growth)) >= Math.log(decisive)
  if (!decided(maxPairs)) return null
  let [tooFew, enough] = [0, maxPairs]
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2)
    if (decided(middle)) enough = middle
    else tooFew = middle
  }
  return enough
}

export const maxPairs = 10_000_000

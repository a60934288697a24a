import type { Recommendation, RecommendationVerdict as Verdict } from "../Recommendation.ts"
import { maxPairs, nNeeded } from "./nNeeded.ts"
import type { Interval } from "./Interval.ts"

/** What a comparison of the two tracks knows. Differences are optimized minus traditional. */
export interface Evidence {
  readonly n: number
  readonly qualityDiff: number
  /** Of the single differences in quality around their mean. */
  readonly standardDeviation: number
  readonly interval: Interval
  /** Whether the qualities differ beyond doubt. */
  readonly decided: boolean
  /** Mean cost of an answer, in USD; null where it is not known. */
  readonly costUsd: { readonly traditional: number | null; readonly optimized: number | null }
  /** Whether the costs differ beyond doubt. */
  readonly costDecided: boolean
}

/** The least gain that counts as better, and the largest difference that counts as equal. */
const better = 0.1
const equal = 0.05
/** How much of the other track's cost is still acceptable, and how much is notably cheaper. */
const acceptable = 1.2
const cheaper = 0.8

/** What floating point may add to a limit. */
const rounding = 1e-9

/**
 * The document's four rules, in their order; the first two only where the evidence bears out the difference they name.
 * Where none of the first three speaks, the verdict is the winner's once there is one, and to go on measuring until then.
 */
export const recommend = (evidence: Evidence): Recommendation => {
  const { qualityDiff, decided, costDecided } = evidence
  const needed = decided ? 0 : stillNeeded(evidence)
  const ratio = costRatio(evidence)
  const gain = `${signed(qualityDiff)} in quality (95 % interval ${signed(evidence.interval[0])} to ${signed(evidence.interval[1])})`
  const cost = costText(ratio)
  const say = (verdict: Verdict, reason: string): Recommendation => ({ verdict, reason, nNeeded: needed })

  const optimizedWins = decided && qualityDiff > 0
  const affordable = ratio !== null && ratio <= acceptable + rounding
  if (optimizedWins && qualityDiff > better + rounding && affordable) {
    return say("recommend_dspy", `the optimized track has ${gain} at ${cost}`)
  }
  const traditionalCheaper = ratio !== null && ratio * cheaper > 1 + rounding
  const within = Math.abs(qualityDiff) <= equal + rounding
  if (traditionalCheaper && within && costDecided && !optimizedWins) {
    return say("recommend_traditional", `the qualities are within ${equal}: ${gain}; the optimized track takes ${cost}`)
  }
  if (within) return say("recommend_hybrid", `the qualities are within ${equal}: ${gain}`)
  if (!decided) {
    return say(
      "recommend_evaluation",
      `not enough data: ${gain} after ${evidence.n} pairs; about ${needed} more are needed`,
    )
  }
  if (!optimizedWins) return say("recommend_traditional", `the optimized track has ${gain}`)
  const failed = affordable
    ? `which is not more than ${better}`
    : `at ${cost}, where ${acceptable} times would be acceptable`
  return say("recommend_dspy", `the optimized track has ${gain}, ${failed}`)
}

/** For the difference seen so far, or the smallest that matters; few pairs that agree prove little, so their spread is not taken for none. */
const stillNeeded = ({ n, qualityDiff, standardDeviation }: Evidence): number => {
  const difference = Math.max(Math.abs(qualityDiff), equal)
  const total = nNeeded({ difference, standardDeviation: Math.max(standardDeviation, 1 / Math.sqrt(n + 1)) })
  return Math.max(1, (total ?? maxPairs) - n)
}

/** Optimized over traditional; 1 where they are equal or both unknown, null where one alone is known. */
const costRatio = ({ costUsd: { traditional, optimized } }: Evidence): number | null => {
  if (traditional === optimized) return 1
  if (traditional === null || optimized === null) return null
  return traditional === 0 ? Number.POSITIVE_INFINITY : optimized / traditional
}

const costText = (ratio: number | null): string => {
  if (ratio === null) return "a cost that cannot be compared, as one price is unknown"
  if (ratio === 1) return "the same cost"
  return ratio === Number.POSITIVE_INFINITY ? "a cost where the other is free" : `${ratio.toFixed(2)} times the cost`
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`

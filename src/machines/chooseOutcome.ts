import type { Track } from "../ExecutionMode.ts"
import type { Answered, Outcome } from "../Outcome.ts"
import { isOwnFailure } from "./fallback.ts"

/** Both tracks' outcomes on the same task. */
export interface Comparison {
  readonly traditional: Outcome
  readonly optimized: Outcome
}

/** Which of the two is used, and why; `winner: null` when neither answered. */
export interface Choice {
  readonly winner: Track | null
  readonly because: string
  /** An arm that failed for a reason that says nothing about its track; no evidence. */
  readonly invalid?: Track
}

/** Differences in quality up to this count as none. */
const qualityBand = 0.05

/** The better outcome: by quality, within the band by cost, then traditional. */
export const chooseOutcome = ({ traditional, optimized }: Comparison): Choice => {
  if (traditional._tag === "Unanswered") {
    return optimized._tag === "Unanswered"
      ? { winner: null, because: "neither track answered" }
      : { winner: "optimized", because: "only the optimized track answered", ...invalidArm(traditional) }
  }
  if (optimized._tag === "Unanswered") {
    return { winner: "traditional", because: "only the traditional track answered", ...invalidArm(optimized) }
  }
  return byQuality(traditional, optimized) ?? byCost(traditional, optimized)
}

const invalidArm = (outcome: Outcome): { readonly invalid?: Track } =>
  outcome._tag === "Unanswered" && !isOwnFailure(outcome.failure.reason) ? { invalid: outcome.track } : {}

const byQuality = (traditional: Answered, optimized: Answered): Choice | null => {
  if (traditional.quality === undefined || optimized.quality === undefined) return null
  const gain = optimized.quality - traditional.quality
  if (Math.abs(gain) <= qualityBand) return null
  return {
    winner: gain > 0 ? "optimized" : "traditional",
    because: `better by ${Math.abs(gain).toFixed(2)} in quality`,
  }
}

const isJudged = ({ quality }: Answered): boolean => quality !== undefined

const byCost = (traditional: Answered, optimized: Answered): Choice => {
  const alike = isJudged(traditional) && isJudged(optimized) ? "alike in quality" : "not both judged"
  const [promptUsd, programUsd] = [traditional.usage.costUsd, optimized.usage.costUsd]
  if (promptUsd === null || programUsd === null) {
    return { winner: "traditional", because: `${alike}, and the costs are not known` }
  }
  if (promptUsd === programUsd) return { winner: "traditional", because: `${alike}, and of the same cost` }
  return { winner: programUsd < promptUsd ? "optimized" : "traditional", because: `${alike}, and cheaper` }
}

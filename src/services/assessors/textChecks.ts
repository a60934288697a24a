import * as Result from "effect/Result"
import { matchesPattern } from "../../language/matchesPattern.ts"
import { comparable, overlapF1, squadTokens } from "../metrics/normalized.ts"
import { CheckFailure, type CheckResult } from "./CheckResult.ts"
import type { Keywords, Length, Pattern } from "./completeCheck.ts"

/** 1 where the pattern matches anywhere, else 0. */
export const patternScore = ({ pattern }: Pattern, text: string): Result.Result<CheckResult, CheckFailure> =>
  Result.mapBoth(matchesPattern(comparable(text), pattern), {
    onSuccess: (matches) => (matches ? { score: 1 } : { score: 0, note: `no match of ${pattern}` }),
    onFailure: ({ message }) => new CheckFailure({ reason: "pattern", message }),
  })

/** The share of the words that stand somewhere in the text, or, for `any`, whether one does. */
export const keywordsScore = ({ keywords, match }: Keywords, text: string): CheckResult => {
  const searched = folded(text)
  const missing = keywords.filter((word) => !searched.includes(folded(word)))
  const found = keywords.length - missing.length
  if (found === keywords.length || (match === "any" && found > 0)) return { score: 1 }
  return match === "any"
    ? { score: 0, note: `none of: ${missing.join(", ")}` }
    : { score: found / keywords.length, note: `missing: ${missing.join(", ")}` }
}

const folded = (text: string): string => comparable(text).toLowerCase().replace(/\s+/g, " ")

/** 1 from `min` to `max`, falling in a straight line to 0 at half of `min` and at twice `max`. */
export const lengthScore = ({ min, max, unit }: Length, text: string): CheckResult => {
  const length = unit === "words" ? text.split(/\s+/).filter((word) => word !== "").length : [...text.trim()].length
  if (length < min) {
    return { score: Math.max(0, (2 * length) / min - 1), note: `${length} ${unit}, at least ${min} are wanted` }
  }
  if (max === null || length <= max) return { score: 1 }
  return { score: Math.max(0, 2 - length / max), note: `${length} ${unit}, at most ${max} are wanted` }
}

/** Token F1 with the reference. */
export const similarityScore = (reference: string, text: string): CheckResult => {
  const score = overlapF1(squadTokens(reference), squadTokens(text))
  return score === 1 ? { score } : { score, note: `${Math.round(100 * score)} % like the reference` }
}

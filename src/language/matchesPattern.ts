import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Json } from "../Json.ts"
import { LanguageError } from "./LanguageError.ts"
import { compilePattern } from "./pattern/compilePattern.ts"
import { parsePattern } from "./pattern/parsePattern.ts"
import { runPattern } from "./pattern/runPattern.ts"

const maxPatternLength = 500
const maxTextLength = 100_000

/**
 * Whether a text (its first 100,000 characters) matches a regular expression anywhere; false for
 * anything but texts. Linear in the text whatever the pattern, so that no pipeline hangs on one.
 */
export const matchesPattern = (text: Json, pattern: Json): Result.Result<boolean, LanguageError> => {
  if (typeof text !== "string" || typeof pattern !== "string") return Result.succeed(false)
  if (pattern.length > maxPatternLength) return tooLarge(pattern)
  return Result.flatMap(parsePattern(pattern), (parsed) => {
    const program = compilePattern(parsed)
    return Option.isNone(program)
      ? tooLarge(pattern)
      : Result.succeed(runPattern(program.value, text.slice(0, maxTextLength)))
  })
}

const tooLarge = (pattern: string) =>
  Result.fail(new LanguageError({ message: `the pattern "${pattern.slice(0, 60)}…" is too large: simplify it` }))

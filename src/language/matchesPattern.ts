import * as Result from "effect/Result"
import type { Json } from "../Json.ts"
import { LanguageError } from "./LanguageError.ts"

const maxPatternLength = 500
const maxTextLength = 100_000

/** Whether a text matches a regular expression anywhere; false for anything but texts. */
export const matchesPattern = (text: Json, pattern: Json): Result.Result<boolean, LanguageError> => {
  if (typeof text !== "string" || typeof pattern !== "string") return Result.succeed(false)
  if (pattern.length > maxPatternLength) {
    return Result.fail(new LanguageError({ message: `the pattern is longer than ${maxPatternLength} characters` }))
  }
  return Result.try({
    try: () => new RegExp(pattern, "u").test(text.slice(0, maxTextLength)),
    catch: () => new LanguageError({ message: `"${pattern}" is not a regular expression` }),
  })
}

import * as Result from "effect/Result"
import type { Json } from "../../Json.ts"
import { LanguageError } from "../LanguageError.ts"
import { isList } from "../lookUp.ts"

/**
 * A value as the original puts it into a text: nothing for `null`, numbers in a list as the
 * characters they encode. What crashes the original (objects, other things in lists) is an error.
 */
export const strictText = (value: Json): Result.Result<string, LanguageError> => {
  if (value === null) return Result.succeed("")
  if (isList(value)) return Result.map(Result.all(value.map(listed)), (texts) => texts.join(""))
  return typeof value === "object" ? crash("an object") : Result.succeed(String(value))
}

const listed = (item: Json): Result.Result<string, LanguageError> => {
  if (typeof item === "string") return Result.succeed(item)
  if (isList(item)) return strictText(item)
  if (typeof item === "number" && isCharacter(item)) return Result.succeed(String.fromCodePoint(item))
  return crash(`a list that holds ${JSON.stringify(item)}`)
}

const isCharacter = (code: number): boolean =>
  Number.isInteger(code) && code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)

const crash = (what: string) =>
  Result.fail(
    new LanguageError({ message: `the original format cannot put ${what} into a text: name one of its fields` }),
  )

import * as Result from "effect/Result"
import type { Json } from "../Json.ts"
import type { ArithmeticOperator, ComparisonOperator } from "./Expression.ts"
import type { LanguageError } from "./LanguageError.ts"
import { matchesPattern } from "./matchesPattern.ts"
import { compare, isContained, isEqual, numberOf, tidy } from "./values.ts"

type Answer = Result.Result<Json, LanguageError>

/** What arithmetic makes of a value that is not there or no number. */
export type NotANumber = (value: Json) => Result.Result<number | null, LanguageError>

/** Compares two values; what has no order is neither greater nor less. */
export const compareValues = (operator: ComparisonOperator, left: Json, right: Json): Answer => {
  if (operator === "matches") return matchesPattern(left, right)
  if (operator === "contains") return Result.succeed(isContained(right, left))
  if (operator === "==") return Result.succeed(isEqual(left, right))
  if (operator === "!=") return Result.succeed(!isEqual(left, right))
  const order = compare(left, right)
  if (order === undefined) return Result.succeed(false)
  if (operator === ">") return Result.succeed(order > 0)
  if (operator === "<") return Result.succeed(order < 0)
  return Result.succeed(operator === ">=" ? order >= 0 : order <= 0)
}

/** Division by zero gives 0, as in the original. */
export const calculate = (operator: ArithmeticOperator, left: Json, right: Json, notANumber: NotANumber): Answer =>
  Result.gen(function* () {
    const a = numberOf(left) ?? (yield* notANumber(left))
    const b = numberOf(right) ?? (yield* notANumber(right))
    if (a === null || b === null) return null
    if (operator === "+") return tidy(a + b)
    if (operator === "-") return tidy(a - b)
    if (operator === "*") return tidy(a * b)
    if (b === 0) return 0
    return tidy(operator === "/" ? a / b : a % b)
  })

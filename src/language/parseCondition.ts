import * as Result from "effect/Result"
import type { Condition } from "../Condition.ts"
import type { Expression } from "./Expression.ts"
import { LanguageError } from "./LanguageError.ts"
import { parseExpression } from "./parseExpression.ts"

const maxDepth = 60

/** A condition of our dialect as one expression: a list means all, `and`, `or` and `not` mean what they say. */
export const parseCondition = (condition: Condition, depth = 0): Result.Result<Expression, LanguageError> => {
  if (depth > maxDepth) {
    return Result.fail(new LanguageError({ message: `the condition is nested more than ${maxDepth} deep: split it` }))
  }
  if (typeof condition === "boolean") return Result.succeed({ _tag: "Literal", value: condition })
  if (typeof condition === "string") return inCondition(condition)
  if ("and" in condition) return several("All", condition.and, depth)
  if ("or" in condition) return several("Any", condition.or, depth)
  if ("not" in condition) {
    return Result.map(parseCondition(condition.not, depth + 1), (operand) => ({ _tag: "Not", operand }))
  }
  return several("All", condition, depth)
}

const several = (
  _tag: "All" | "Any",
  conditions: ReadonlyArray<Condition>,
  depth: number,
): Result.Result<Expression, LanguageError> =>
  Result.gen(function* () {
    const operands: Array<Expression> = []
    for (const condition of conditions) operands.push(yield* parseCondition(condition, depth + 1))
    return { _tag, operands }
  })

const inCondition = (text: string): Result.Result<Expression, LanguageError> =>
  Result.mapError(
    parseExpression(text),
    (error) => new LanguageError({ message: `the condition "${text}" cannot be read: ${error.message}` }),
  )

import * as Result from "effect/Result"
import type { Condition } from "../Condition.ts"
import type { Expression } from "./Expression.ts"
import { LanguageError } from "./LanguageError.ts"
import { onItsOwn, parseExpression } from "./parseExpression.ts"
import type { Reading } from "./tokenize.ts"

const maxDepth = 60

/** A condition of our dialect as one expression: a list means all, `and`, `or` and `not` mean what they say. */
export const parseCondition = (
  condition: Condition,
  reading: Reading = onItsOwn,
): Result.Result<Expression, LanguageError> => {
  const { depth } = reading
  if (depth > maxDepth) {
    return Result.fail(new LanguageError({ message: `the condition is nested more than ${maxDepth} deep: split it` }))
  }
  if (typeof condition === "boolean") return Result.succeed({ _tag: "Literal", value: condition })
  if (typeof condition === "string") return inCondition(condition, reading)
  if ("and" in condition) return several("All", condition.and, reading)
  if ("or" in condition) return several("Any", condition.or, reading)
  if ("not" in condition) {
    return Result.map(parseCondition(condition.not, { ...reading, depth: depth + 1 }), (operand) => ({
      _tag: "Not",
      operand,
    }))
  }
  return several("All", condition, reading)
}

const several = (
  _tag: "All" | "Any",
  conditions: ReadonlyArray<Condition>,
  reading: Reading,
): Result.Result<Expression, LanguageError> =>
  Result.gen(function* () {
    const operands: Array<Expression> = []
    for (const condition of conditions) {
      operands.push(yield* parseCondition(condition, { ...reading, depth: reading.depth + 1 }))
    }
    return { _tag, operands }
  })

const inCondition = (text: string, reading: Reading): Result.Result<Expression, LanguageError> =>
  Result.mapError(
    parseExpression(text, { ...reading, depth: 0 }),
    (error) =>
      new LanguageError({
        message: `the condition "${text.length > 120 ? `${text.slice(0, 100)}…` : text}" cannot be read: ${error.message}`,
      }),
  )

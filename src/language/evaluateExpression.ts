import * as Result from "effect/Result"
import type { Json } from "../Json.ts"
import type { Expression } from "./Expression.ts"
import { callFunction, takesItemCondition } from "./expressionFunctions.ts"
import { LanguageError } from "./LanguageError.ts"
import { isList, lookUpSegments } from "./lookUp.ts"
import { calculate, compareValues, type NotANumber } from "./operators.ts"
import { isBetween, isTruthy } from "./values.ts"

type Evaluated = Result.Result<Json, LanguageError>

/** What an expression can see. */
export interface Environment {
  readonly resolve: (segments: ReadonlyArray<string>) => Evaluated
  /** Fills templates that stand inside a quoted text. */
  readonly fillText: (text: string) => Evaluated
  readonly notANumber: NotANumber
  /** ISO 8601; what `now()` says, so that a replayed run decides the same. */
  readonly startedAt: string
  /** Evaluation steps that are left; shared by everything one condition or template evaluates. */
  readonly budget: { steps: number }
}

/** Enough for a condition on every item of a list of thousands. */
export const evaluationBudget = 200_000

export const evaluateExpression = (expression: Expression, environment: Environment): Evaluated => {
  environment.budget.steps -= 1
  if (environment.budget.steps < 0) {
    return Result.fail(new LanguageError({ message: "the expression takes too many steps to evaluate: simplify it" }))
  }
  return evaluate(expression, environment)
}

const evaluate = (expression: Expression, environment: Environment): Evaluated => {
  switch (expression._tag) {
    case "Literal":
      return typeof expression.value === "string"
        ? environment.fillText(expression.value)
        : Result.succeed(expression.value)
    case "Reference":
      return environment.resolve(expression.segments)
    case "Call":
      return call(expression, environment)
    case "Arithmetic":
      return both(expression, environment, (left, right) =>
        calculate(expression.operator, left, right, environment.notANumber),
      )
    case "Comparison":
      return both(expression, environment, (left, right) => compareValues(expression.operator, left, right))
    case "Between":
      return Result.gen(function* () {
        const value = yield* evaluateExpression(expression.value, environment)
        const low = yield* evaluateExpression(expression.low, environment)
        const high = yield* evaluateExpression(expression.high, environment)
        return isBetween(value, low, high)
      })
    case "Negative":
      return Result.flatMap(evaluateExpression(expression.operand, environment), (value) =>
        calculate("-", 0, value, environment.notANumber),
      )
    case "Not":
      return Result.map(evaluateExpression(expression.operand, environment), (value) => !isTruthy(value))
    case "All":
      return chain(expression.operands, environment, false)
    case "Any":
      return chain(expression.operands, environment, true)
  }
}

/** `and` stops at the first false operand, `or` at the first true one. */
const chain = (operands: ReadonlyArray<Expression>, environment: Environment, decisive: boolean): Evaluated =>
  Result.gen(function* () {
    for (const operand of operands) {
      if (isTruthy(yield* evaluateExpression(operand, environment)) === decisive) return decisive
    }
    return !decisive
  })

const both = (
  { left, right }: { readonly left: Expression; readonly right: Expression },
  environment: Environment,
  combine: (left: Json, right: Json) => Evaluated,
): Evaluated =>
  Result.gen(function* () {
    const a = yield* evaluateExpression(left, environment)
    const b = yield* evaluateExpression(right, environment)
    return yield* combine(a, b)
  })

const call = ({ name, args }: Expression & { _tag: "Call" }, environment: Environment): Evaluated =>
  Result.gen(function* () {
    const [listed, condition] = args
    if (takesItemCondition(name) && listed !== undefined && condition !== undefined) {
      const items = yield* evaluateExpression(listed, environment)
      const kept: Array<Json> = []
      for (const item of isList(items) ? items : []) {
        if (isTruthy(yield* evaluateExpression(condition, forItem(item, environment)))) kept.push(item)
      }
      if (name === "count") return kept.length
      if (name === "any") return kept.length > 0
      return isList(items) && kept.length === items.length
    }
    const values: Array<Json> = []
    for (const argument of args) values.push(yield* evaluateExpression(argument, environment))
    return yield* callFunction(name, values, environment.startedAt)
  })

/** Inside `any`, `all` and `count`, `@` is the item and the item's own fields come before all other names. */
const forItem = (item: Json, environment: Environment): Environment => ({
  ...environment,
  resolve: (segments) => {
    const path = segments[0] === "@" ? segments.slice(1) : segments
    const found = lookUpSegments(item, path, "ours")
    if (found._tag === "Some") return Result.succeed(found.value)
    return segments[0] === "@" ? Result.succeed(null) : environment.resolve(segments)
  },
})

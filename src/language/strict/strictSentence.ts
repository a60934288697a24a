import * as Result from "effect/Result"
import { LanguageError } from "../LanguageError.ts"
import { matchesPattern } from "../matchesPattern.ts"
import { compare, isContained, isEqual } from "../values.ts"
import {
  type Decision,
  isJson,
  isTrue,
  type Operand,
  type Resolved,
  type StrictContext,
  strictPath,
} from "./strictContext.ts"
import { strictFunction } from "./strictFunctions.ts"
import { strictLiteral } from "./strictLiteral.ts"
import { hasCall, isWholeCall, strictExpression, strictOperand } from "./strictOperand.ts"

const maxDepth = 30
const maxCharacters = 200_000

/** Decides one condition text. Which rules apply depends on the characters it holds, wherever they stand. */
export const strictSentence = (sentence: string, context: StrictContext): Decision => {
  context.budget.sentences -= 1
  if (context.budget.sentences < 0 || context.depth > maxDepth || sentence.length > maxCharacters) {
    return Result.fail(new LanguageError({ message: "the condition takes too long to decide: simplify it" }))
  }
  const text = sentence.trim()
  const isArithmetic = /[-+*/%]/.test(text)
  const isComparison = /[<>]|==|!=|contains|matches|between/.test(text)
  if (hasCall(text)) {
    const compares = !isWholeCall(text) && /[<>]|==|!=|between/.test(text)
    return compares ? compareOperands(text, context) : truth(strictExpression(text, context))
  }
  if (isArithmetic) return isComparison ? compareOperands(text, context) : truth(strictExpression(text, context))
  return isComparison ? compareLiterals(text, context) : truth(strictPath(sentence, context))
}

const truth = (resolved: Resolved): Decision => Result.map(resolved, isTrue)

type Resolve = (text: string, context: StrictContext) => Resolved

/** The first of these that occurs splits the sentence, even if another stands before it. */
const whereArithmetic = [" between ", " >= ", " <= ", " == ", " != ", " > ", " < ", " contains ", " matches "]
const elsewhere = [" between ", " contains ", " matches ", " >= ", " <= ", " == ", " != ", " > ", " < "]

const compareOperands = (text: string, context: StrictContext): Decision => {
  const operator = whereArithmetic.find((candidate) => text.includes(candidate))
  if (operator === undefined) return truth(strictExpression(text, context))
  return sides(text, operator, strictOperand, context, (left, right) =>
    // As functions these read a text once more as a literal or path.
    operator === " contains " || operator === " matches "
      ? truth(strictFunction(operator.trim(), [left, right], context))
      : Result.succeed(ordered(operator, left, right)),
  )
}

const compareLiterals = (text: string, context: StrictContext): Decision => {
  const operator = elsewhere.find((candidate) => text.includes(candidate))
  if (operator === undefined) return truth(strictPath(text, context))
  return sides(text, operator, strictLiteral, context, (left, right) => {
    if (!isJson(left) || !isJson(right)) return Result.succeed(false)
    if (operator === " contains ") return Result.succeed(isContained(right, left))
    if (operator !== " matches ") return Result.succeed(ordered(operator, left, right))
    return Result.orElse(matchesPattern(left, right), () => Result.succeed(false))
  })
}

const sides = (
  text: string,
  operator: string,
  resolve: Resolve,
  context: StrictContext,
  decide: (left: Operand, right: Operand) => Decision,
): Decision =>
  Result.gen(function* () {
    const at = text.indexOf(operator)
    const left = yield* resolve(text.slice(0, at), context)
    const rest = text.slice(at + operator.length).trim()
    if (operator !== " between ") return yield* decide(left, yield* resolve(rest, context))
    const and = rest.indexOf(" and ")
    if (and < 0) return false
    const low = yield* resolve(rest.slice(0, and), context)
    const high = yield* resolve(rest.slice(and + " and ".length), context)
    return yield* truth(strictFunction("between", [left, low, high], context))
  })

const ordered = (operator: string, left: Operand, right: Operand): boolean => {
  const same = isJson(left) && isJson(right) ? isEqual(left, right) : left === right
  if (operator === " == ") return same
  if (operator === " != ") return !same
  if (typeof left !== typeof right || !isJson(left) || !isJson(right)) return false
  const order = compare(left, right)
  if (order === undefined) return false
  if (operator === " > ") return order > 0
  if (operator === " < ") return order < 0
  return operator === " >= " ? order >= 0 : order <= 0
}

import * as Result from "effect/Result"
import type { LanguageError } from "../LanguageError.ts"
import { dateTime, isJson, type Operand, type Resolved, type StrictContext, typeError } from "./strictContext.ts"
import { strictLiteral } from "./strictLiteral.ts"
import { strictFunction } from "./strictFunctions.ts"
import { strictText } from "./strictText.ts"

/** One side of a comparison: a function call, arithmetic if it holds `+ - * / %` anywhere (quotes too), or a literal or path. */
export const strictOperand = (written: string, context: StrictContext): Resolved => {
  const text = written.trim()
  if (hasCall(text)) return calls(text, context)
  const isNegative = /^-?\d+(?:\.\d+)?$/.test(text)
  return /[+*/%]/.test(text) || (text.includes("-") && !isNegative)
    ? strictCalculation(text, context)
    : strictLiteral(text, context)
}

/** As an operand that is not compared with anything: a negative number is arithmetic here. */
export const strictExpression = (written: string, context: StrictContext): Resolved =>
  hasCall(written) ? calls(written.trim(), context) : strictCalculation(written, context)

export const hasCall = (text: string): boolean => /\w\s*\(/.test(text)

const wholeCall = /^(\w+)\s*\(([^)]*)\)$/
export const isWholeCall = (text: string): boolean => wholeCall.test(text)

const calls = (text: string, context: StrictContext): Resolved => {
  const whole = wholeCall.exec(text)
  if (whole !== null) return called(whole, context)
  return Result.gen(function* () {
    const parts: Array<string> = []
    let done = 0
    // Up to the last parenthesis, so that no call is looked for that cannot end.
    const callable = text.slice(0, text.lastIndexOf(")") + 1)
    for (const match of callable.matchAll(/(?<!\w)(\w+)\s*\(([^)]*)\)/g)) {
      parts.push(text.slice(done, match.index), yield* textOf(yield* called(match, context), context))
      done = match.index + match[0].length
    }
    return yield* strictCalculation(parts.join("") + text.slice(done), context)
  })
}

const called = ([, name = "", args = ""]: ReadonlyArray<string | undefined>, context: StrictContext): Resolved =>
  strictFunction(name, args === "" ? [] : args.split(",").map((argument) => argument.trim()), context)

const textOf = (value: Operand, context: StrictContext): Result.Result<string, LanguageError> => {
  if (isJson(value)) return strictText(value)
  return Result.succeed(value === dateTime ? context.startedAt : "type_error")
}

/** Split at every `+` and `-`, then at every `*`, `/`, `%`, wherever they stand; from left to right. */
const strictCalculation = (text: string, context: StrictContext): Resolved =>
  folded(text, /[+-]/, (sum) => folded(sum, /[*/%]/, (part) => strictLiteral(part, context)))

const folded = (text: string, operators: RegExp, resolve: (operand: string) => Resolved): Resolved =>
  Result.gen(function* () {
    const [first = "", ...others] = text.split(operators)
    let position = first.length
    let total = yield* resolve(first.trim())
    for (const other of others) {
      total = calculated(text.charAt(position), total, yield* resolve(other.trim()))
      position += 1 + other.length
    }
    return total
  })

const calculated = (operator: string, left: Operand, right: Operand): Operand => {
  const a = number(left)
  const b = number(right)
  if (a === undefined || b === undefined) return typeError
  if (operator === "+") return a + b
  if (operator === "-") return a - b
  if (operator === "*") return a * b
  if (Math.trunc(b) === 0 && (operator === "%" || b === 0)) return 0
  return operator === "/" ? a / b : Math.trunc(a) % Math.trunc(b)
}

const number = (value: Operand): number | undefined => {
  if (typeof value === "number") return value
  if (typeof value !== "string" || !/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value)) return undefined
  return Number(value)
}

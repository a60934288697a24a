import * as Result from "effect/Result"
import type { Scope } from "../../StepTask.ts"
import type { LanguageError } from "../LanguageError.ts"
import { own, strictVariable } from "./strictReference.ts"
import { strictText } from "./strictText.ts"

/**
 * `{{a + b}}` as the original computes it: names become numbers (0 if unknown; bare names only where
 * no `state.` occurs), then one `+`, `-` or `*` of two integers. Anything else stays a text.
 */
export const strictArithmetic = (expression: string, scope: Scope): Result.Result<string, LanguageError> =>
  Result.map(withNumbers(expression, scope), (text) => calculate(text.trim()) ?? text)

const withNumbers = (expression: string, scope: Scope): Result.Result<string, LanguageError> => {
  const usesState = expression.includes("state.")
  const names = usesState ? /state\.([a-zA-Z_][a-zA-Z0-9_.]*)/g : /\b([a-zA-Z_][a-zA-Z0-9_]*)\b/g
  return Result.gen(function* () {
    const parts: Array<string> = []
    let done = 0
    for (const match of expression.matchAll(names)) {
      const name = match[1] ?? ""
      const value = usesState ? strictVariable(name, scope) : own(scope.variables, name)
      parts.push(expression.slice(done, match.index), value === null ? "0" : yield* strictText(value))
      done = match.index + match[0].length
    }
    return parts.join("") + expression.slice(done)
  })
}

const operations: ReadonlyArray<readonly [string, (left: bigint, right: bigint) => bigint]> = [
  ["+", (left, right) => left + right],
  ["-", (left, right) => left - right],
  ["*", (left, right) => left * right],
]

const calculate = (text: string): string | undefined => {
  if (text === "") return "0"
  for (const [operator, apply] of operations) {
    const spaced = ` ${operator} `
    const found = text.includes(spaced) ? spaced : operator
    if (!text.includes(found) || (found === "-" && text.startsWith("-"))) continue
    const left = integer(text.slice(0, text.indexOf(found)))
    const right = integer(text.slice(text.indexOf(found) + found.length))
    return left === undefined || right === undefined ? undefined : apply(left, right).toString()
  }
  return integer(text)?.toString()
}

const integer = (text: string): bigint | undefined => {
  const digits = text.trim().replace(/^\+/, "")
  return /^-?\d{1,1000}$/.test(digits) ? BigInt(digits) : undefined
}

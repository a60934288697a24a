import * as Result from "effect/Result"
import type { Json } from "../../Json.ts"
import type { Scope } from "../../StepTask.ts"
import type { Interpolated } from "../Interpolated.ts"
import type { LanguageError } from "../LanguageError.ts"
import { splitTemplates } from "../splitTemplates.ts"
import { strictArithmetic } from "./strictArithmetic.ts"
import { isStrictCall, type StrictValue, strictCall } from "./strictCall.ts"
import { isStrictReference, own, strictReference, strictVariable } from "./strictReference.ts"
import { strictText } from "./strictText.ts"

/**
 * Templates as pipeline_ex 0.1.1 fills them: unknown names render as nothing, unresolved `inputs.`,
 * `steps.` and `global_vars.` stay as written. A whole-text template keeps its type only where
 * inputs were given.
 */
export const strictInterpolate = (template: string, scope: Scope): Result.Result<Interpolated, LanguageError> => {
  const keepsTypes = Object.keys(scope.inputs).length > 0
  const [whole, ...others] = splitTemplates(template.trim())
  if (keepsTypes && whole?.kind === "template" && others.length === 0) {
    const name = whole.body.trim()
    return Result.map(evaluate(name, scope), ({ value }) => ({ value, blanks: value === null ? [name] : [] }))
  }
  return Result.gen(function* () {
    const blanks = new Set<string>()
    const texts: Array<string> = []
    for (const piece of splitTemplates(template)) {
      if (piece.kind === "text") {
        texts.push(piece.source)
        continue
      }
      const { value, text } = yield* evaluate(piece.body.trim(), scope)
      if (value === null) blanks.add(piece.body.trim())
      texts.push(text ?? (yield* strictText(value)))
    }
    return { value: texts.join(""), blanks: [...blanks] }
  })
}

const evaluate = (expression: string, scope: Scope): Result.Result<StrictValue, LanguageError> => {
  if (isStrictCall(expression)) return strictCall(expression, scope)
  if (isStrictReference(expression)) return found(strictReference(expression, scope) ?? `{{${expression}}}`)
  if (/[-+*/]/.test(expression)) return Result.map(strictArithmetic(expression, scope), computed)
  if (expression.startsWith("state.")) return found(strictVariable(expression.slice("state.".length), scope))
  return found(own(scope.variables, expression))
}

const found = (value: Json) => Result.succeed({ value })

/** The number that the arithmetic came to, or the text that it left. */
const computed = (text: string): StrictValue =>
  /^-?\d{1,15}$/.test(text) ? { value: Number(text), text } : { value: text }

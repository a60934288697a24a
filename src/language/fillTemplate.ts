import * as Result from "effect/Result"
import type { Json } from "../Json.ts"
import type { Scope } from "../StepTask.ts"
import { type Environment, evaluateExpression, evaluationBudget } from "./evaluateExpression.ts"
import type { Interpolated } from "./Interpolated.ts"
import { LanguageError } from "./LanguageError.ts"
import { parseExpression } from "./parseExpression.ts"
import { hyphenatedNames, resolveReference } from "./resolveReference.ts"
import type { TemplatePiece } from "./splitTemplates.ts"

type Filled = Result.Result<Interpolated, LanguageError>

/** The value of one `{{…}}`, in our dialect. Columns in its errors count from the first brace. */
export const fillTemplate = (piece: TemplatePiece, scope: Scope): Filled => {
  const reading = { firstColumn: 3, hyphenatedNames: hyphenatedNames(scope), depth: 0 }
  const parsed = parseExpression(piece.body, reading)
  if (Result.isFailure(parsed)) return fillUnreadable(piece, scope, parsed.failure)
  const blanks: Array<string> = []
  return Result.map(evaluateExpression(parsed.success, environmentOf(scope, blanks)), (value) =>
    value === null ? blank(blanks.length === 0 ? [piece.body.trim()] : blanks) : { value, blanks },
  )
}

/**
 * What is no expression: a name that only the original can read, such as `steps.step 1.text`; JSON,
 * which stays as it is; a mistake about an input or step; else nothing, as old pipelines expect.
 */
const fillUnreadable = (piece: TemplatePiece, scope: Scope, error: LanguageError): Filled => {
  const body = piece.body.trim()
  if (body === "" || /^["'[{]/.test(body)) return Result.succeed({ value: piece.source, blanks: [] })
  const named = resolveReference(body.split("."), scope, "variables_first")
  if (named._tag === "Found") return Result.succeed({ value: named.value, blanks: [] })
  if (named._tag === "Missing" && /^[\p{L}\p{N}_. -]+$/u.test(body)) {
    return Result.fail(new LanguageError({ message: named.message }))
  }
  return /^(?:inputs|steps)\.|^\w+\s*\(/.test(body) ? Result.fail(error) : Result.succeed(blank([body]))
}

const blank = (blanks: ReadonlyArray<string>): Interpolated => ({ value: "", blanks })

/** Collects in `blanks` what is not there. */
const environmentOf = (scope: Scope, blanks: Array<string>): Environment => ({
  resolve: (segments) => {
    const resolved = resolveReference(segments, scope, "variables_first")
    if (resolved._tag === "Missing") return Result.fail(new LanguageError({ message: resolved.message }))
    if (resolved._tag === "Found") return Result.succeed(resolved.value)
    blanks.push(segments.join("."))
    return Result.succeed(null)
  },
  fillText: (text) => Result.succeed(text),
  notANumber: countsAsZero,
  startedAt: scope.run.startedAt,
  budget: { steps: evaluationBudget },
})

/** What is not there counts as 0 in arithmetic, as in the original. */
const countsAsZero = (value: Json): Result.Result<number, LanguageError> =>
  value === null || value === ""
    ? Result.succeed(0)
    : Result.fail(new LanguageError({ message: `${JSON.stringify(value).slice(0, 60)} is not a number` }))

import * as Result from "effect/Result"
import type { Json } from "../Json.ts"
import type { Scope } from "../StepTask.ts"
import { type Environment, evaluateExpression, evaluationBudget } from "./evaluateExpression.ts"
import type { Interpolated } from "./Interpolated.ts"
import { LanguageError } from "./LanguageError.ts"
import { parseExpression } from "./parseExpression.ts"
import { resolveReference } from "./resolveReference.ts"
import type { TemplatePiece } from "./splitTemplates.ts"

type Filled = Result.Result<Interpolated, LanguageError>

/**
 * The value of one `{{…}}`, in our dialect. Braces around JSON stay as they are; other text that is
 * no expression renders as nothing, as it always did, unless it plainly means an input or a step.
 */
export const fillTemplate = (piece: TemplatePiece, scope: Scope): Filled => {
  const parsed = parseExpression(piece.body, piece.start + 3)
  if (Result.isSuccess(parsed)) {
    const blanks: Array<string> = []
    const evaluated = evaluateExpression(parsed.success, environmentOf(scope, blanks))
    return Result.mapBoth(evaluated, {
      onSuccess: (value) => ({
        value: value ?? "",
        blanks: value === null && blanks.length === 0 ? [piece.body.trim()] : blanks,
      }),
      onFailure: (error) => inTemplate(piece, error),
    })
  }
  const body = piece.body.trim()
  if (body === "" || /^["'[{]/.test(body)) return Result.succeed({ value: piece.source, blanks: [] })
  return /^(?:inputs|steps)\.|^\w+\s*\(/.test(body)
    ? Result.fail(inTemplate(piece, parsed.failure))
    : Result.succeed({ value: "", blanks: [body] })
}

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

const inTemplate = (piece: TemplatePiece, error: LanguageError): LanguageError =>
  new LanguageError({ message: `${piece.source}: ${error.message}` })

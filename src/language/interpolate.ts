import * as Result from "effect/Result"
import type { Json } from "../Json.ts"
import type { Scope } from "../StepTask.ts"
import type { Dialect } from "./Dialect.ts"
import { fillTemplate } from "./fillTemplate.ts"
import type { Interpolated } from "./Interpolated.ts"
import { LanguageError } from "./LanguageError.ts"
import { renderValue } from "./prettyJson.ts"
import { splitTemplates, type TemplatePiece } from "./splitTemplates.ts"
import { strictInterpolate } from "./strict/strictInterpolate.ts"
import { strictText } from "./strict/strictText.ts"

/**
 * Fills every `{{…}}` of a text from the scope. A text that is one template and nothing else keeps
 * the type of its value; otherwise objects and lists are printed as JSON. What was inserted is never
 * read as a template again.
 */
export const interpolate = (
  template: string,
  scope: Scope,
  dialect: Dialect,
): Result.Result<Interpolated, LanguageError> => {
  if (dialect === "strict_compat") return strictInterpolate(template, scope)
  return Result.gen(function* () {
    const pieces = splitTemplates(template)
    const values: Array<Json> = []
    const blanks: Array<string> = []
    for (const piece of pieces) {
      const filled =
        piece.kind === "text"
          ? { value: piece.source, blanks: [] }
          : yield* placed(fillTemplate(piece, scope), piece, template)
      values.push(filled.value)
      blanks.push(...filled.blanks)
    }
    const [only = ""] = values
    return { value: values.length === 1 ? only : values.map(renderValue).join(""), blanks: [...new Set(blanks)] }
  })
}

/** Puts the template, and its line in a text of several, before what is wrong with it. */
const placed = (
  filled: Result.Result<Interpolated, LanguageError>,
  { source, start }: TemplatePiece,
  template: string,
): Result.Result<Interpolated, LanguageError> =>
  Result.mapError(filled, ({ message }) => {
    const line = template.includes("\n") ? ` in line ${template.slice(0, start).split("\n").length}` : ""
    return new LanguageError({ message: `${shortened(source)}${line}: ${message}` })
  })

const shortened = (source: string): string => (source.length > 120 ? `${source.slice(0, 100)}…}}` : source)

/** As `interpolate`, always as text. */
export const interpolateText = (
  template: string,
  scope: Scope,
  dialect: Dialect,
): Result.Result<{ readonly text: string; readonly blanks: ReadonlyArray<string> }, LanguageError> =>
  Result.flatMap(interpolate(template, scope, dialect), ({ value, blanks }) =>
    Result.map(textOf(value, dialect), (text) => ({ text, blanks })),
  )

const textOf = (value: Json, dialect: Dialect): Result.Result<string, LanguageError> =>
  dialect === "ours" ? Result.succeed(renderValue(value)) : strictText(value)

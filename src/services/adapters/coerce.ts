import * as Result from "effect/Result"
import type { Json } from "../../Json.ts"
import { isList, isRecord } from "../../language/lookUp.ts"
import type { Field } from "../../Signature.ts"
import { unquoted } from "./bareText.ts"
import { coerceBoolean } from "./coerceBoolean.ts"
import { coerceLabel } from "./coerceLabel.ts"
import { coerceNumber } from "./coerceNumber.ts"
import { arrayIn, objectIn } from "./coerceStructure.ts"
import { leftOut } from "./demoTurns.ts"
import { fitsSchema } from "./fitsSchema.ts"

/** A value of the field's type, `undefined` for an optional field that is left out, or what was expected instead. */
export type Coerced = Result.Result<Json | undefined, string>

/** What stands in a section. `docs/answers.md` is the table of what is accepted. */
export const coerceText = (field: Field, text: string): Coerced => {
  const trimmed = text.trim()
  const value = trimmed === leftOut ? undefined : ofText(field, trimmed)
  if (value !== undefined && !isAbsent(field, trimmed)) return fitsSchema(field, value)
  return field.optional === true && (trimmed === leftOut || absent.test(trimmed))
    ? Result.succeed(undefined)
    : Result.fail(expectation(field))
}

/** A value in a JSON answer; strings are read as the text of a section is, except that a string field keeps them as they are. */
export const coerceValue = (field: Field, value: Json): Coerced => {
  if (value === null) return field.optional === true ? Result.succeed(undefined) : Result.fail(expectation(field))
  if (typeof value === "string") {
    return field.type === "string" && value !== leftOut ? Result.succeed(value) : coerceText(field, value)
  }
  const typed = ofValue(field, value)
  return typed === undefined ? Result.fail(expectation(field)) : fitsSchema(field, typed)
}

/** The field's type in words, for messages. */
export const expectation = ({ type, values }: Field): string => {
  switch (type) {
    case "string":
      return "text"
    case "number":
      return "one number"
    case "integer":
      return "one whole number"
    case "boolean":
      return "true or false"
    case "enum":
      return `one of: ${(values ?? []).join("; ")}`
    case "array":
      return "a JSON array"
    case "object":
      return "a JSON object"
  }
}

const absent = /^(?:|null|none|n\/a|nan|undefined)$/i

/** A label called "none" is a label. */
const isAbsent = (field: Field, text: string): boolean =>
  field.optional === true && absent.test(text) && !(field.type === "enum" && field.values?.includes(text) === true)

const ofText = (field: Field, text: string): Json | undefined => {
  switch (field.type) {
    case "string":
      return text === "" ? undefined : unquoted(text)
    case "number":
      return coerceNumber(text)
    case "integer":
      return whole(coerceNumber(text))
    case "boolean":
      return coerceBoolean(text)
    case "enum":
      return coerceLabel(field, text)
    case "array":
      return arrayIn(text)
    case "object":
      return objectIn(text)
  }
}

const ofValue = (field: Field, value: Exclude<Json, string | null>): Json | undefined => {
  switch (field.type) {
    case "string":
      return JSON.stringify(value)
    case "number":
      return typeof value === "number" ? value : undefined
    case "integer":
      return typeof value === "number" ? whole(value) : undefined
    case "boolean":
      return typeof value === "boolean" ? value : coerceBoolean(JSON.stringify(value))
    case "enum":
      return typeof value === "object" ? undefined : coerceLabel(field, String(value))
    case "array":
      return isList(value) ? value : undefined
    case "object":
      return isRecord(value) ? value : undefined
  }
}

/** Never rounds: 42.0 is whole, 42.5 is not. */
const whole = (value: number | undefined): number | undefined => (Number.isSafeInteger(value) ? value : undefined)

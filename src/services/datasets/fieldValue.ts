import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Json } from "../../Json.ts"
import { nearestName } from "../../nearestName.ts"
import type { Field } from "../../Signature.ts"
import { expectation } from "../adapters/coerce.ts"
import { coerceBoolean } from "../adapters/coerceBoolean.ts"
import { fitsSchema } from "../adapters/fitsSchema.ts"

/** A value of the field's type, or what is wrong with the one that stands there. Nothing is guessed. */
export const fieldValue = (field: Field, value: Json): Result.Result<Json, string> => {
  if (field.type === "enum" && typeof value === "string" && field.values?.includes(value) === false) {
    return Result.fail(notALabel(field, value))
  }
  return hasType(field, value)
    ? Result.mapError(fitsSchema(field, value), (wanted) => `"${field.name}" is not ${wanted}`)
    : Result.fail(`"${field.name}" is to be ${wantedOf(field)}, not ${shown(value)}`)
}

/** The value that a text stands for, in a cell of a CSV file or as the whole input or label of a row. */
export const valueOfText = (field: Field, text: string): Json => {
  const trimmed = text.trim()
  switch (field.type) {
    case "string":
      return text
    case "enum":
      return trimmed
    case "boolean":
      return coerceBoolean(trimmed) ?? text
    case "number":
    case "integer":
      return plainNumber.test(trimmed) ? Number(trimmed.replaceAll(",", "")) : text
    case "array":
    case "object":
      return Result.getOrElse(decodeJson(trimmed), () => text)
  }
}

/** Commas may group thousands. */
const plainNumber = /^[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d+)?$(?<=\d)/i

const decodeJson = Schema.decodeUnknownResult(Schema.fromJsonString(Json))

const hasType = ({ type }: Field, value: Json): boolean => {
  switch (type) {
    case "string":
    case "enum":
      return typeof value === "string"
    case "number":
      return typeof value === "number"
    case "integer":
      return Number.isInteger(value)
    case "boolean":
      return typeof value === "boolean"
    case "array":
      return Array.isArray(value)
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value)
  }
}

const notALabel = (field: Field, value: string): string => {
  const meant = nearestName(value, field.values ?? [])
  const hint = meant === undefined ? "" : `; did you mean "${meant}"?`
  return `${shown(value)} is no label of "${field.name}", which is ${wantedOf(field)}${hint}`
}

/** A long list of labels is cut. */
const wantedOf = (field: Field): string =>
  expectation({ ...field, ...(field.values === undefined ? {} : { values: firstOf(field.values) }) })

const firstOf = (values: readonly [string, ...Array<string>]): [string, ...Array<string>] =>
  values.length <= maxLabels
    ? [values[0], ...values.slice(1)]
    : [values[0], ...values.slice(1, maxLabels), `and ${values.length - maxLabels} more`]

const maxLabels = 12

const shown = (value: Json): string => {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

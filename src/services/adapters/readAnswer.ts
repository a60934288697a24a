import * as Result from "effect/Result"
import type { Json, JsonObject } from "../../Json.ts"
import { isRecord } from "../../language/lookUp.ts"
import type { Field } from "../../Signature.ts"
import { AdapterParseError } from "./Adapter.ts"
import { type Coerced, coerceText, coerceValue, expectation } from "./coerce.ts"
import { parseMarked, untilCompleted } from "./parseMarked.ts"
import { repairJson } from "./repairJson.ts"
import { completed } from "./sections.ts"

/**
 * The fields in an answer: its sections, whichever adapter asked, else those of the JSON object in it. An answer with
 * neither is, as a whole, the value of the only field.
 */
export const readAnswer = (
  text: string,
  fields: ReadonlyArray<Field>,
): Result.Result<JsonObject, AdapterParseError> => {
  const found = inSections(text, fields) ?? inObject(text, fields) ?? asWhole(text, fields)
  if (found !== undefined) return collected(fields, found)
  const names = fields.map(({ name }) => `"${name}"`).join(", ")
  const summary = `The answer has none of the outputs ${names}`
  return Result.fail(new AdapterParseError({ message: `${summary}: ${excerpt(text)}.`, summary: `${summary}.` }))
}

interface Found {
  readonly place: string
  readonly has: (field: Field) => Json | undefined
  readonly coerce: (field: Field) => Coerced
}

type Reader = (text: string, fields: ReadonlyArray<Field>) => Found | undefined

const inSections: Reader = (text, fields) => {
  const sections = parseMarked(text)
  const has = lookUp(sections)
  const isEmpty = sections.has(completed) && fields.every(({ optional }) => optional === true)
  return isEmpty || fields.some((field) => has(field) !== undefined)
    ? { place: "its section", has, coerce: (field) => coerceText(field, has(field) ?? "") }
    : undefined
}

const inObject: Reader = (text, fields) => {
  const mayBeEmpty = fields.every(({ optional }) => optional === true)
  const has = repairJson(text, "{")
    .filter(isRecord)
    .map((object) => ({ has: lookUp(new Map(Object.entries(object))), isEmpty: Object.keys(object).length === 0 }))
    .find(({ has, isEmpty }) => (isEmpty && mayBeEmpty) || fields.some((field) => has(field) !== undefined))?.has
  return has && { place: "the JSON object", has, coerce: (field) => coerceValue(field, has(field) ?? null) }
}

const asWhole: Reader = (text, [only, ...others]) => {
  if (only === undefined || others.length > 0) return undefined
  const whole = untilCompleted(text)
  return { place: "the answer", has: () => whole, coerce: () => coerceText(only, whole) }
}

const collected = (fields: ReadonlyArray<Field>, found: Found): Result.Result<JsonObject, AdapterParseError> => {
  const values: Array<readonly [string, Json]> = []
  const problems: Array<Problem> = []
  for (const field of fields) {
    const there = found.has(field)
    if (there === undefined) {
      const missing = `Output "${field.name}" is missing; expected ${expectation(field)}.`
      if (field.optional !== true) problems.push({ message: missing, summary: missing })
      continue
    }
    Result.match(found.coerce(field), {
      onSuccess: (value) => value !== undefined && values.push([field.name, value]),
      onFailure: (expected) => {
        const wanted = `Output "${field.name}": expected ${expected}, but ${found.place} says`
        problems.push({ message: `${wanted} ${excerpt(there)}.`, summary: `${wanted} something else.` })
      },
    })
  }
  return problems.length === 0
    ? Result.succeed(Object.fromEntries(values))
    : Result.fail(
        new AdapterParseError({
          message: problems.map(({ message }) => message).join("\n"),
          summary: problems.map(({ summary }) => summary).join("\n"),
        }),
      )
}

type Problem = Pick<AdapterParseError, "message" | "summary">

/** By name; else the only one of the same letters and digits, so that `Order number` is `order_number`. */
const lookUp =
  <A>(values: ReadonlyMap<string, A>) =>
  ({ name }: Field): A | undefined => {
    if (values.has(name)) return values.get(name)
    const alike = [...values].filter(([other]) => letters(other) === letters(name))
    return alike.length === 1 ? alike[0]?.[1] : undefined
  }

const letters = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")

const excerpt = (value: Json): string => {
  const text = JSON.stringify(value)
  return text.length > maxExcerpt ? `${text.slice(0, maxExcerpt)}…` : text
}

const maxExcerpt = 120

import * as Result from "effect/Result"
import type { Json, JsonObject } from "../../Json.ts"
import type { Field } from "../../Signature.ts"
import { AdapterParseError } from "./Adapter.ts"
import { type Coerced, coerceText, coerceValue, expectation } from "./coerce.ts"
import { isObject } from "./coerceStructure.ts"
import { parseMarked, untilCompleted } from "./parseMarked.ts"
import { repairJson } from "./repairJson.ts"

/** How an answer can be written. */
export type AnswerForm = "sections" | "object"

/**
 * The fields in an answer, read in the first of the forms in which one of them is found. An answer in neither form is,
 * as a whole, the value of the only field.
 */
export const readAnswer = (
  text: string,
  fields: ReadonlyArray<Field>,
  forms: ReadonlyArray<AnswerForm>,
): Result.Result<JsonObject, AdapterParseError> => {
  for (const form of forms) {
    const found = readers[form](text, fields)
    if (found !== undefined) return collected(fields, found)
  }
  const [only, ...others] = fields
  if (only !== undefined && others.length === 0) {
    const whole = untilCompleted(text)
    return collected(fields, { place: "the answer", has: () => whole, coerce: () => coerceText(only, whole) })
  }
  const names = fields.map(({ name }) => `"${name}"`).join(", ")
  return Result.fail(
    new AdapterParseError({ message: `The answer has none of the outputs ${names}: ${excerpt(text)}.` }),
  )
}

interface Found {
  readonly place: string
  readonly has: (field: Field) => Json | undefined
  readonly coerce: (field: Field) => Coerced
}

const readers: Readonly<Record<AnswerForm, (text: string, fields: ReadonlyArray<Field>) => Found | undefined>> = {
  sections: (text, fields) => {
    const has = lookUp(parseMarked(text))
    return fields.some((field) => has(field) !== undefined)
      ? { place: "its section", has, coerce: (field) => coerceText(field, has(field) ?? "") }
      : undefined
  },
  object: (text, fields) => {
    const candidates = repairJson(text, "{")
      .filter(isObject)
      .map((object) => lookUp(new Map(Object.entries(object))))
    const has = candidates.find((candidate) => fields.some((field) => candidate(field) !== undefined))
    return has && { place: "the JSON object", has, coerce: (field) => coerceValue(field, has(field) ?? null) }
  },
}

const collected = (fields: ReadonlyArray<Field>, found: Found): Result.Result<JsonObject, AdapterParseError> => {
  const values: Array<readonly [string, Json]> = []
  const problems: Array<string> = []
  for (const field of fields) {
    const there = found.has(field)
    if (there === undefined) {
      if (field.optional !== true) problems.push(`Output "${field.name}" is missing; expected ${expectation(field)}.`)
      continue
    }
    Result.match(found.coerce(field), {
      onSuccess: (value) => value !== undefined && values.push([field.name, value]),
      onFailure: (expected) =>
        problems.push(`Output "${field.name}": expected ${expected}, but ${found.place} says ${excerpt(there)}.`),
    })
  }
  return problems.length === 0
    ? Result.succeed(Object.fromEntries(values))
    : Result.fail(new AdapterParseError({ message: problems.join("\n") }))
}

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

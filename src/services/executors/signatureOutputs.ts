import * as Option from "effect/Option"
import type { Json, JsonObject } from "../../Json.ts"
import { isRecord } from "../../language/lookUp.ts"
import type { Field, Signature } from "../../Signature.ts"
import { parseJsonAnswer } from "./parseJsonAnswer.ts"

/**
 * The signature's output fields as found in an answer: those of the JSON object that it is, else,
 * where the signature has a single output, the trimmed text as that field's value. Text that is not
 * of the field's type stays text.
 */
export const signatureOutputs = (signature: Signature, text: string): JsonObject => {
  const object = Option.filter(parseJsonAnswer(text), isRecord)
  const found = Option.isSome(object) ? fieldsOf(signature, object.value) : {}
  const [only, ...others] = signature.outputs
  return Object.keys(found).length > 0 || others.length > 0 ? found : { [only.name]: fromText(only, text.trim()) }
}

const fieldsOf = (signature: Signature, object: JsonObject): JsonObject =>
  Object.fromEntries(
    signature.outputs.flatMap((field) => {
      const value = Object.hasOwn(object, field.name) ? object[field.name] : undefined
      return value === undefined ? [] : [[field.name, field.type === "enum" ? labelOf(field, value) : value]]
    }),
  )

const fromText = (field: Field, text: string): Json => {
  switch (field.type) {
    case "enum":
      return labelOf(field, text)
    case "string":
      return text
    default:
      return Option.getOrElse(
        Option.filter(parseJsonAnswer(text), (value) => isOfType(field.type, value)),
        () => text,
      )
  }
}

const isOfType = (type: Field["type"], value: Json): boolean => {
  switch (type) {
    case "number":
      return typeof value === "number"
    case "integer":
      return Number.isInteger(value)
    case "boolean":
      return typeof value === "boolean"
    case "array":
      return Array.isArray(value)
    case "object":
      return isRecord(value)
    case "string":
    case "enum":
      return typeof value === "string"
  }
}

/** The label that a text is, or the only one it contains as words of its own; else the text itself. */
const labelOf = (field: Field, value: Json): Json => {
  if (typeof value !== "string") return value
  const labels = field.values ?? []
  const text = words(value)
  const exact = labels.find((label) => label === value) ?? labels.find((label) => words(label) === text)
  if (exact !== undefined) return exact

  const contained = labels.filter((label) => text.includes(words(label)))
  const longest = contained.filter(
    (label) => !contained.some((other) => other !== label && words(other).includes(words(label))),
  )
  const [only, ...others] = longest
  return only !== undefined && others.length === 0 ? only : value
}

/** Lower case, every run of other characters one space, with a space at both ends. */
const words = (text: string): string =>
  ` ${
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(" ") ?? ""
  } `

import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Json, JsonObject } from "../../Json.ts"
import { isRecord } from "../../language/lookUp.ts"
import type { Signature } from "../../Signature.ts"
import { type Coerced, coerceText, coerceValue } from "../adapters/coerce.ts"
import { parseJsonAnswer } from "./parseJsonAnswer.ts"

/**
 * The signature's output fields as found in an answer: those of the JSON object that it is, else,
 * where the signature has a single output, the trimmed text as that field's value. Values are read as
 * those of programs are, so that both tracks are measured alike; what is not of the field's type
 * stays as it is.
 */
export const signatureOutputs = (signature: Signature, text: string): JsonObject => {
  const object = Option.filter(parseJsonAnswer(text), isRecord)
  const found = Option.isSome(object) ? fieldsOf(signature, object.value) : {}
  const [only, ...others] = signature.outputs
  if (Object.keys(found).length > 0 || others.length > 0) return found
  return Object.fromEntries(entry(only.name, coerceText(only, text), text.trim()))
}

const fieldsOf = (signature: Signature, object: JsonObject): JsonObject =>
  Object.fromEntries(
    signature.outputs.flatMap((field) => {
      const value = Object.hasOwn(object, field.name) ? object[field.name] : undefined
      return value === undefined ? [] : entry(field.name, coerceValue(field, value), value)
    }),
  )

const entry = (name: string, coerced: Coerced, otherwise: Json): ReadonlyArray<readonly [string, Json]> => {
  const value = Result.getOrElse(coerced, () => otherwise)
  return value === undefined ? [] : [[name, value]]
}

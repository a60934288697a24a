import * as Result from "effect/Result"
import type { JsonObject } from "../../Json.ts"
import type { Signature } from "../../Signature.ts"
import { fieldValue } from "../datasets/fieldValue.ts"
import type { CheckResult } from "./CheckResult.ts"

/** The share of the signature's outputs that are there and of their type, labels and JSON Schema; optional ones may be absent. */
export const schemaScore = ({ outputs: fields }: Signature, outputs: JsonObject): CheckResult => {
  const wrong = fields.flatMap((field) => {
    const value = Object.hasOwn(outputs, field.name) ? outputs[field.name] : undefined
    if (value === undefined || value === null) return field.optional === true ? [] : [`"${field.name}" is missing`]
    return Result.match(fieldValue(field, value), { onSuccess: () => [], onFailure: (problem) => [problem] })
  })
  return wrong.length === 0
    ? { score: 1 }
    : { score: (fields.length - wrong.length) / fields.length, note: wrong.join("; ") }
}

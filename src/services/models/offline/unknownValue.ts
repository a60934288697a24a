import type { Json } from "../../../Json.ts"
import { plainestValue } from "./jsonSchema.ts"
import type { OutputField } from "./PromptReading.ts"

/** The value of the field's type that says nothing: null where that is allowed, else "unknown", 0, [] or {}. */
export const unknownValue = (field: OutputField): Json => {
  if (field.nullable) return null
  return plainestValue({ type: field.kind === "text" ? "string" : field.kind, ...field.schema })
}

import * as Result from "effect/Result"
import type { Json } from "../../Json.ts"
import type { Field } from "../../Signature.ts"
import { coerceText } from "./coerce.ts"
import { valueText } from "./sections.ts"

/** An output as its section says it: plainly, or as JSON where plain text would be read as something else. */
export const sectionText = (field: Field, value: Json): string => {
  const text = valueText(value)
  const isPlain = Result.match(coerceText(field, text), {
    onSuccess: (read) => typeof value !== "string" || read === value.trim(),
    onFailure: () => typeof value !== "string" || field.type !== "string",
  })
  return isPlain ? text : JSON.stringify(value)
}

import * as Result from "effect/Result"
import type { Json } from "../../Json.ts"
import type { Field } from "../../Signature.ts"
import { coerceText } from "./coerce.ts"
import { valueText } from "./sections.ts"

/** An output as its section says it: plainly, or as JSON where plain text would be read as something else. */
export const sectionText = (field: Field, value: Json): string => {
  if (typeof value !== "string") return valueText(value)
  const isPlain = Result.match(coerceText(field, value), {
    onSuccess: (read) => read === (field.type === "string" ? value.trim() : value),
    onFailure: () => field.type !== "string",
  })
  return isPlain ? value : JSON.stringify(value)
}

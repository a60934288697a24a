import type { Json } from "../../../Json.ts"
import { plainestValue } from "./jsonSchema.ts"
import type { OutputField, PromptReading } from "./PromptReading.ts"

/**
 * The value of the field's type that says nothing: for a text what the prompt wants then ("or empty", "unknown if there
 * is none"), null where that is allowed, else "unknown", 0, [] or {}.
 */
export const unknownValue = (field: OutputField, { instructions }: PromptReading): Json => {
  const wanted = field.kind === "text" ? (absentText(field.description) ?? absentText(instructions)) : undefined
  if (wanted !== undefined) return wanted
  if (field.nullable) return null
  return plainestValue({ type: field.kind === "text" ? "string" : field.kind, ...field.schema })
}

/** Whether the field's description says what to answer when the text has no such value. */
export const mayBeAbsent = ({ description }: OutputField): boolean => absentText(description) !== undefined

const absentText = (text: string): string | undefined => {
  if (/\b(?:or|leave [^.\n]{0,30}|an?) empty\b|\bempty (?:string|if|when|where)\b/i.test(text)) return ""
  return /\b(none|null|n\/a|unknown|not found|missing)["'`]? (?:if|when|where|for|otherwise)\b/i.exec(text)?.[1]
}

import type { Json } from "../../../Json.ts"
import { copiesOf, type Evidence } from "./Evidence.ts"
import { extractByAnalogy } from "./extractByAnalogy.ts"
import type { OutputField } from "./PromptReading.ts"
import { unknownValue } from "./unknownValue.ts"
import { numberNamed } from "./valuePatterns.ts"

/**
 * A number that stands in the text: where the examples took theirs from or, without examples, beside the field's name
 * or alone. Nothing is calculated: a number that stands nowhere is unknown.
 */
export const answerNumber = (field: OutputField, evidence: Evidence): Json => {
  const { copied, value } = extractByAnalogy(copiesOf(field.name, evidence), evidence.text)
  const copiedNumber = copied ? numberIn(value ?? "") : undefined
  const named = evidence.examples.length === 0 ? numberNamed(field.name, evidence.text) : undefined
  const number = copiedNumber ?? named
  if (number === undefined) return unknownValue(field, evidence.reading)
  return field.kind === "integer" ? Math.trunc(number) : number
}

const numberIn = (value: string): number | undefined => {
  const digits = /-?\d[\d,]*(?:\.\d+)?/.exec(value)?.[0]
  return digits === undefined ? undefined : Number(digits.replace(/,/g, ""))
}

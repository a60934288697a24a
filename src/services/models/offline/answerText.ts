import type { Json } from "../../../Json.ts"
import { centralSentences, cut } from "./centralSentences.ts"
import { copiesOf, type Evidence, type Example } from "./Evidence.ts"
import { extractByAnalogy } from "./extractByAnalogy.ts"
import type { OutputField } from "./PromptReading.ts"
import { shapeOf, tokensOf } from "./tokens.ts"
import { titled } from "./titled.ts"
import { mayBeAbsent, unknownValue } from "./unknownValue.ts"
import { namesValue, valueNamed } from "./valuePatterns.ts"
import { wantedName } from "./wantedName.ts"

/**
 * Free text: a value is copied from where the examples' values stood or from where
 * the field's name points; with examples of free text the nearest one is adapted; all else is an extract of the text.
 */
export const answerText = (field: OutputField, evidence: Evidence): Json => {
  const { copied, value } = extractByAnalogy(copiesOf(field.name, evidence), evidence.text)
  if (copied) return value ?? unknownValue(field, evidence.reading)
  const nearest = evidence.examples.find(({ similarity }) => similarity > 0)
  if (nearest !== undefined) return adapted(nearest, field, evidence)
  const wanted = wantedName(field, evidence.reading)
  const named = valueNamed(wanted ?? field.name, evidence.text)
  if (named !== undefined) return named
  const isValue = wanted !== undefined || evidence.nested || namesValue(field.name) || mayBeAbsent(field)
  return isValue ? unknownValue(field, evidence.reading) : extract(field, evidence)
}

/** Whether a field asks for the reasons behind the others. */
export const isReason = ({ name, kind }: OutputField): boolean =>
  kind === "text" && /^(?:reasoning|rationale|reasons?|thoughts?|justification|thinking)$/i.test(name)

/** One sentence that names the nearest example; nothing is reasoned here. */
export const reason = ({ examples, text }: Evidence): string => {
  const nearest = examples[0]
  if (nearest !== undefined && nearest.similarity > 0) {
    return `Of the examples given, the most similar one is "${cut(oneLine(nearest.input), 80)}"; nothing was worked out.`
  }
  return text.trim() === ""
    ? "The text is empty."
    : "No example is similar, so this rests on the words of the text alone."
}

/** The nearest example's answer, with its inputs and its numbers, codes and addresses replaced by the query's. */
const adapted = (example: Example, field: OutputField, evidence: Evidence): Json => {
  const answer = example.outputs.get(field.name) ?? ""
  if (/^\W*\d[\d\s.,]*\W*$/.test(answer)) return unknownValue(field, evidence.reading)
  const withInputs = [...example.inputs].reduce((text, [name, value]) => {
    const own = evidence.reading.query.get(name)
    return own === undefined || value.length < 2 || value.length > 60 ? text : text.split(value).join(own)
  }, answer)
  const tokens = tokensOf(evidence.text).map(({ text }) => text)
  const inputTokens = new Set(tokensOf(example.input).map(({ text }) => text))
  const telling = tokensOf(withInputs)
    .map(({ text }) => text)
    .filter((token) => /[\d@]/.test(token) && inputTokens.has(token))
  const text = telling.reduce((rest, token) => {
    const own = tokens.includes(token) ? token : tokens.find((candidate) => shapeOf(candidate) === shapeOf(token))
    return rest.split(token).join(own ?? "[unknown]")
  }, withInputs)
  return text.trim() === "" ? unknownValue(field, evidence.reading) : text
}

const extract = (field: OutputField, { reading, text }: Evidence): string => {
  const fields = [...reading.query].filter(([, value]) => value.trim() !== "")
  const longest = fields.reduce((main, [, value]) => (value.length > main.length ? value : main), "")
  const asked = `${field.name} ${field.description} ${reading.instructions}`
  const count = /\b(?:one|a single|1)[ -]sentence\b/i.test(asked) ? 1 : 2
  const central = centralSentences(longest || text, count) || centralSentences(reading.instructions, 1) || "unknown"
  if (!asksForReply.test(asked) && !/reply|response/i.test(field.name)) return central
  const known = fields.filter(([, value]) => value !== longest && value.length <= 60)
  const noted = known.map(([name, value]) => ` ${titled(name)}: ${oneLine(value)}.`).join("")
  return `Thank you for your message. You wrote: "${central}"${noted} A person will answer in full.`
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim()

const asksForReply =
  /\b(?:draft|write|compose|send)\b[^.\n]{0,60}\b(?:reply|response|answer|e-?mail|message)\b|\b(?:reply|respond) to\b|\bwrite back\b/i

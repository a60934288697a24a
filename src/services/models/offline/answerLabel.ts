import type { Json } from "../../../Json.ts"
import { type Evidence, votersOf } from "./Evidence.ts"
import { asArray, textOf } from "./jsonIn.ts"
import { wordsOf } from "../../retrieval/ngramVector.ts"
import type { OutputField } from "./PromptReading.ts"
import { nameWords } from "./valuePatterns.ts"
import { labelByName, shownLabels, voteLabel } from "./voteLabel.ts"

/** The answer to a field with labels, listed by the prompt or shown by its examples; undefined for any other field. */
export const answerLabel = (field: OutputField, evidence: Evidence): Json | undefined => {
  const answers = evidence.examples.map(({ outputs }) => outputs.get(field.name) ?? "")
  const inputs = evidence.examples.map(({ input }) => input)
  const labels = field.labels.length > 0 ? field.labels : shownLabels(answers, inputs)
  if (labels.length === 0) return undefined
  const name = voteLabel(labels, votersOf(evidence), (row) => answers[row]) ?? labelByName(labels, evidence.text) ?? ""
  return asDeclared(field, name)
}

/** The vote of the examples; without examples a flag is true when a word of its name stands in the text. */
export const answerBoolean = (field: OutputField, evidence: Evidence): boolean => {
  const answers = evidence.examples.map(({ outputs }) => String(isYes(outputs.get(field.name) ?? "")))
  const voted = voteLabel(truthValues, votersOf(evidence), (row) => answers[row])
  if (voted !== undefined) return voted === "true"
  const words = new Set(wordsOf(evidence.text))
  return nameWords(field.name).some((word) => word.length > 3 && words.has(word))
}

const truthValues = ["true", "false"].map((name) => ({ name, description: "" }))

const isYes = (answer: string): boolean => /^(?:true|yes|1)$/i.test(answer.trim())

// The schema's own value: an enum may hold numbers.
const asDeclared = (field: OutputField, name: string): Json => {
  const declared = asArray(field.schema?.["enum"])?.find((value) => textOf(value) === name)
  if (declared !== undefined) return declared
  const number = Number(name)
  return (field.kind === "number" || field.kind === "integer") && !Number.isNaN(number) ? number : name
}

import type { Json, JsonObject } from "../../../Json.ts"
import { answerBoolean, answerLabel } from "./answerLabel.ts"
import { answerNumber } from "./answerNumber.ts"
import { answerText, isReason, reason } from "./answerText.ts"
import { centralSentences, sentencesOf } from "./centralSentences.ts"
import { copiesOf, type Evidence, gatherEvidence } from "./Evidence.ts"
import { extractByAnalogy } from "./extractByAnalogy.ts"
import { fieldOfSchema } from "./fieldType.ts"
import { asArray, asObject, parseJson, parseJsonObject, textOf } from "./jsonIn.ts"
import { wordsOf } from "../../retrieval/ngramVector.ts"
import type { OutputField, PromptReading } from "./PromptReading.ts"
import { unknownValue } from "./unknownValue.ts"
import { valuesNamed } from "./valuePatterns.ts"
import { wantedName } from "./wantedName.ts"

/** An answer to every output field, each of the field's own type. */
export const answerFields = (reading: PromptReading): ReadonlyArray<readonly [OutputField, Json]> => {
  const evidence = gatherEvidence(reading)
  return reading.outputs.map((field) => [field, answerField(field, evidence, maxDepth)] as const)
}

const maxDepth = 4

const answerField = (field: OutputField, all: Evidence, depth: number): Json => {
  const evidence = { ...all, examples: all.examples.filter(({ outputs }) => outputs.has(field.name)) }
  if (field.kind === "array") return answerList(field, evidence, depth)
  if (field.kind === "object") return answerObject(field, evidence, depth)
  if (isReason(field)) return reason(all)
  if (field.kind === "boolean") return answerBoolean(field, evidence)
  const labelled = answerLabel(field, evidence)
  if (labelled !== undefined) return labelled
  return field.kind === "text" ? answerText(field, evidence) : answerNumber(field, evidence)
}

/** The properties one by one: those of the schema, else those that the examples show. */
const answerObject = (field: OutputField, evidence: Evidence, depth: number): Json => {
  const shown = evidence.examples.flatMap(({ outputs }) => Object.entries(objectIn(outputs, field.name)))
  const properties = asObject(field.schema?.["properties"]) ?? Object.fromEntries(shown.map(schemaShown))
  if (depth === 0 || Object.keys(properties).length === 0) return unknownValue(field, evidence.reading)
  const examples = evidence.examples.map((example) => ({
    ...example,
    outputs: new Map(
      Object.entries(objectIn(example.outputs, field.name)).map(([name, value]) => [name, textOf(value)]),
    ),
  }))
  const entries = Object.entries(properties).map(([name, schema]): [string, Json] => [
    name,
    answerField(fieldOfSchema(name, asObject(schema) ?? {}), { ...evidence, examples, nested: true }, depth - 1),
  ])
  return Object.fromEntries(entries)
}

const objectIn = (outputs: ReadonlyMap<string, string>, name: string): JsonObject =>
  parseJsonObject(outputs.get(name) ?? "") ?? {}

const schemaShown = ([name, value]: readonly [string, Json]): [string, JsonObject] => [
  name,
  { type: value === null ? "null" : Array.isArray(value) ? "array" : typeof value },
]

/** Items that most of the voting examples have, or that the text holds: never more than can be pointed at. */
const answerList = (field: OutputField, evidence: Evidence, depth: number): Json => {
  const item = fieldOfSchema(field.name, asObject(field.schema?.["items"]) ?? { type: "string" })
  const labels = field.labels.length > 0 ? field.labels : item.labels
  const items =
    item.kind === "text"
      ? listedText(
          field,
          evidence,
          labels.map(({ name }) => name),
        )
      : []
  if (item.kind === "object" && depth > 0) items.push(...objectItem(item, evidence, depth))
  const fewest = unknownValue({ ...field, nullable: false }, evidence.reading)
  return items.length >= (asArray(fewest)?.length ?? 0) ? items : fewest
}

const objectItem = (item: OutputField, evidence: Evidence, depth: number): ReadonlyArray<Json> =>
  evidence.examples.length === 0 ? [] : [answerObject(item, firstItems(evidence, item.name), depth - 1)]

const firstItems = (evidence: Evidence, name: string): Evidence => ({
  ...evidence,
  examples: evidence.examples.map((example) => {
    const first = asArray(parseJson(example.outputs.get(name) ?? ""))?.[0]
    return { ...example, outputs: first === undefined ? new Map() : new Map([[name, textOf(first)]]) }
  }),
})

const listedText = (field: OutputField, evidence: Evidence, labels: ReadonlyArray<string>): Array<Json> => {
  const voted = votedItems(field.name, evidence)
  if (labels.length > 0)
    return labels.filter((label) => voted.has(label) || (voted.size === 0 && isIn(label, evidence.text)))
  if (evidence.examples.length > 0) {
    const { value } = extractByAnalogy(firstCopies(field.name, evidence), evidence.text)
    return [
      ...new Set([...[...voted].filter((one) => isIn(one, evidence.text)), ...(value === undefined ? [] : [value])]),
    ]
  }
  const named = valuesNamed(wantedName(field, evidence.reading) ?? field.name, evidence.text)
  if (named.length > 0 || evidence.nested || sentencesOf(evidence.text).length < 2) return [...named]
  return [centralSentences(evidence.text, 1)]
}

const firstCopies = (name: string, evidence: Evidence) => copiesOf(name, firstItems(evidence, name))

const votedItems = (name: string, { examples }: Evidence): ReadonlySet<string> => {
  const nearest = examples.slice(0, 8)
  const total = nearest.reduce((sum, { similarity }) => sum + similarity ** 2, 0)
  const votes = new Map<string, number>()
  for (const { outputs, similarity } of nearest) {
    for (const value of asArray(parseJson(outputs.get(name) ?? "")) ?? []) {
      votes.set(textOf(value), (votes.get(textOf(value)) ?? 0) + similarity ** 2)
    }
  }
  return new Set([...votes].filter(([, vote]) => vote > 0 && vote * 2 >= total).map(([value]) => value))
}

const isIn = (label: string, text: string): boolean => {
  const words = new Set(wordsOf(text))
  const own = wordsOf(label)
  return own.length > 0 && own.every((word) => words.has(word))
}

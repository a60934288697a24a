import { listedField } from "./declaredFields.ts"
import { fieldOfSchema, readField } from "./fieldType.ts"
import { asArray, asObject, jsonObjectsIn, textOf } from "./jsonIn.ts"
import { bareItem } from "./labelLists.ts"
import type { OutputField, PromptReading } from "./PromptReading.ts"
import type { Json } from "../../../Json.ts"

/** The JSON that a person's instructions ask for: an object with fields, or one value. */
export interface AskedJson {
  readonly form: Extract<PromptReading["form"], "object" | "value">
  /** Empty when the instructions name no fields. */
  readonly outputs: ReadonlyArray<OutputField>
}

/** Reads a JSON Schema, a template object, a list of fields or "with keys a, b and c". */
export const askedJson = (instructions: string): AskedJson | undefined => {
  if (!asksForJson.test(instructions)) return undefined
  const objects = jsonObjectsIn(instructions).map(({ value }) => value)
  const schema = objects.find((value) => asObject(value["properties"]) !== undefined)
  if (schema !== undefined) {
    return { form: "object", outputs: Object.entries(asObject(schema["properties"]) ?? {}).map(schemaField) }
  }
  const items = /\bJSON (?:array|list)\b/i.test(instructions)
  if (items && objects.length === 0) return { form: "value", outputs: [readField("items", "list", [])] }
  const template = Object.entries(objects.at(-1) ?? {}).map(([name, value]) => templateField(name, value))
  const candidates = [template, looseTemplate(instructions), listedFields(instructions), inlineFields(instructions)]
  const outputs = candidates.find((found) => found.length > 0) ?? []
  return items ? { form: "value", outputs: [readField("items", "list", [])] } : { form: "object", outputs }
}

const asksForJson =
  /\b(?:respond|return|answer|output|reply|produce|give|format|write|generate|provide|extract|emit)\b[^.\n]{0,80}(?:\bJSON\b|\{)|\bJSON (?:object|array|list|format|only|with)\b|\b(?:as|in|only|valid|raw) (?:a )?(?:valid |raw )?JSON\b/i

const schemaField = ([name, schema]: readonly [string, Json]): OutputField =>
  fieldOfSchema(name, asObject(schema) ?? {})

const templateField = (name: string, value: Json): OutputField => {
  if (typeof value === "number") return readField(name, Number.isInteger(value) ? "integer" : "number", [])
  if (typeof value === "boolean") return readField(name, "boolean", [])
  if (asArray(value) !== undefined) return readField(name, "array", [])
  if (asObject(value) !== undefined) return readField(name, "object", [])
  const text = textOf(value).replace(/^<|>$/g, "")
  const alternatives = text.includes("|") && !text.includes("one of") ? `one of: ${text}` : text
  return readField(name, text, [alternatives], text)
}

/** A template that is no JSON because its values are placeholders: `{"score": number}`. */
const looseTemplate = (instructions: string): ReadonlyArray<OutputField> =>
  [...instructions.matchAll(/[{,][ \t\n]*["']([\w-]+)["'][ \t]*:[ \t]*([^,}\n]*)/g)].map((match) =>
    templateField(match[1] ?? "", (match[2] ?? "").trim().replace(/^"|"$/g, "")),
  )

const listedFields = (instructions: string): ReadonlyArray<OutputField> =>
  instructions.split("\n").flatMap((line) => {
    const field = listedField(line)
    return field === undefined
      ? []
      : [readField(field.name, field.typeName || field.description, [field.description], field.description)]
  })

const inlineFields = (instructions: string): ReadonlyArray<OutputField> => {
  const list = inlineList.exec(instructions)?.[1] ?? ""
  return list
    .split(/,(?![^(]*\))|\s+and\s+(?![^(]*\))/)
    .map((item) => /^\s*(?:(?:an?|the|and)\s+)?([^(]*)(?:\(([^)]*)\))?/.exec(item))
    .map((match) => ({ name: bareItem(match?.[1] ?? ""), type: match?.[2] ?? "" }))
    .filter(({ name }) => /^[\w-]+$/.test(name))
    .map(({ name, type }) => readField(name, type, [type], type))
}

const inlineList =
  /\b(?:keys?|fields?|properties|attributes|containing|JSON(?: object)? (?:with|of))\b(?: the)?(?: (?:keys?|fields?))?:?[ \t]+([^\n]{1,2000}?)(?:\.(?:\s|$)|\n|$)/i

import type { JsonObject } from "../../../Json.ts"
import { asArray, asObject, jsonObjectsIn, textOf } from "./jsonIn.ts"
import { withoutReferences } from "./jsonSchema.ts"
import { exactLabels, oneOfLabels, quotedItems } from "./labelLists.ts"
import type { Label, OutputField, OutputKind } from "./PromptReading.ts"

/**
 * The field that a prompt declares: `typeName` as adapters write it (`bool`, `list[str]`, `Literal['a', 'b']`), `notes`
 * being the sentences about its value (`must be one of: a; b`, `must adhere to the JSON schema: {…}`) and the description.
 */
export const readField = (
  name: string,
  typeName: string,
  notes: ReadonlyArray<string>,
  description = "",
): OutputField => {
  const schema = notes.flatMap((note) => (/schema/i.test(note) ? jsonObjectsIn(note) : []))[0]?.value
  const expanded = schema === undefined ? undefined : withoutReferences(schema)
  const nullable = /\bNone(Type)?\b|^Optional\b|\bnull(able)?\b|\boptional\b/.test(typeName)
  const declared = [
    literalLabels(typeName),
    exactLabels(typeName),
    ...notes.map(literalLabels),
    ...notes.map(exactLabels),
    ...notes.map(oneOfLabels),
    oneOfLabels(typeName),
  ]
  const base = expanded === undefined ? undefined : fieldOfSchema(name, expanded)
  const labels = [...declared, base?.labels ?? [], oneOfLabels(description)].find((found) => found.length > 0) ?? []
  const kind = kindNamed(typeName) ?? base?.kind ?? notes.map(kindNoted).find((found) => found !== undefined) ?? "text"
  return { name, kind, labels, description, nullable, ...(base?.schema === undefined ? {} : { schema: base.schema }) }
}

/** The field that a JSON Schema describes; `enum`, `const` and the first alternative that is not null count. */
export const fieldOfSchema = (name: string, schema: JsonObject): OutputField => {
  const alternatives = (asArray(schema["anyOf"]) ?? asArray(schema["oneOf"]) ?? []).map(
    (found) => asObject(found) ?? {},
  )
  const chosen = { ...schema, ...alternatives.find(({ type }) => type !== "null") }
  const types = typesOf(chosen)
  const values = asArray(chosen["enum"]) ?? ("const" in chosen ? [chosen["const"] ?? null] : [])
  return {
    name,
    kind: types.map(kindNamed).find((kind) => kind !== undefined) ?? kindOfShape(chosen),
    labels: values.filter((value) => value !== null).map((value) => ({ name: textOf(value), description: "" })),
    description: typeof schema["description"] === "string" ? schema["description"] : "",
    nullable: [...types, ...alternatives.flatMap(typesOf)].includes("null") || values.includes(null),
    schema: chosen,
  }
}

/** What kind of value a type name stands for, in Python's, TypeScript's or JSON Schema's words. */
export const kindNamed = (typeName: string): OutputKind | undefined => {
  const bare = typeName.trim().replace(/^optional;\s*|^(?:Optional|Union|UnionType|Annotated)\[/, "")
  return kindPatterns.find(([pattern]) => pattern.test(bare))?.[1]
}

const kindPatterns: ReadonlyArray<readonly [RegExp, OutputKind]> = [
  [/^Literal\[\s*-?\d+(?:\s*,\s*-?\d+)*\s*\]/, "integer"],
  [/^(list|array|tuple|set|sequence)\b|\[\]$/i, "array"],
  [/^(dict|object|mapping|record|map)\b/i, "object"],
  [/^bool(ean)?\b/i, "boolean"],
  [/^int(eger)?\b/i, "integer"],
  [/^(float|number|decimal|double)\b/i, "number"],
  [/^(str|string|text|literal|enum)\b/i, "text"],
]

const kindNoted = (note: string): OutputKind | undefined => {
  if (/\btrue or false\b/i.test(note)) return "boolean"
  if (/\b(int|integer|whole number)\b/i.test(note)) return "integer"
  if (/\b(a|single) (float|number)\b/i.test(note)) return "number"
  if (/\bJSON array\b/i.test(note)) return "array"
  return /\bJSON object\b/i.test(note) ? "object" : undefined
}

const literalLabels = (text: string): ReadonlyArray<Label> => {
  const literal = /\b(?:Literal|enum)\[(.*)\]/s.exec(text)?.[1]
  if (literal === undefined) return []
  const quoted = quotedItems(literal)
  const names = quoted.length > 0 ? quoted : literal.split(",").map((item) => item.trim())
  return names.map((name) => ({ name, description: "" }))
}

const typesOf = ({ type }: JsonObject): ReadonlyArray<string> =>
  type === undefined || type === null ? [] : (asArray(type) ?? [type]).map((found) => textOf(found))

const kindOfShape = (schema: JsonObject): OutputKind =>
  "properties" in schema ? "object" : "items" in schema ? "array" : "text"

import type { Json, JsonObject } from "../../Json.ts"

/** A JSON Schema and the document that its references point into. */
export interface SchemaPlace {
  readonly schema: Json | undefined
  readonly root: JsonObject | undefined
}

export type NumberKind = "integer" | "float"

/** What a number at this place is in Python: a float where the schema says `number`, else an integer if it is whole. */
export const numberKind = (place: SchemaPlace): NumberKind => {
  const type = onlySchema(place)["type"]
  const types = Array.isArray(type) ? type : [type]
  return types.includes("number") && !types.includes("integer") ? "float" : "integer"
}

export const schemaOfItem = (place: SchemaPlace): SchemaPlace => ({
  schema: onlySchema(place)["items"],
  root: place.root,
})

export const schemaOfProperty = (place: SchemaPlace, name: string): SchemaPlace => {
  const { properties, additionalProperties } = onlySchema(place)
  const known = isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : additionalProperties
  return { schema: known, root: place.root }
}

/** The schema that applies: behind references, and the one alternative beside `null`; empty where several could. */
const onlySchema = ({ schema, root }: SchemaPlace, depth = 0): JsonObject => {
  if (!isObject(schema) || depth > maxDepth) return {}
  const reference = schema["$ref"]
  if (typeof reference === "string") return onlySchema({ schema: referred(reference, root), root }, depth + 1)
  const alternatives = schema["anyOf"] ?? schema["oneOf"]
  if (!Array.isArray(alternatives)) return schema
  const [only, ...others] = alternatives.filter((each) => !isObject(each) || each["type"] !== "null")
  return others.length === 0 ? onlySchema({ schema: only, root }, depth + 1) : {}
}

const maxDepth = 12

const referred = (reference: string, root: JsonObject | undefined): Json | undefined => {
  if (!reference.startsWith("#")) return undefined
  const path = reference.split("/").slice(1)
  return path.reduce<Json | undefined>(
    (at, part) => (isObject(at) ? at[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined),
    root,
  )
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

import type { Json, JsonObject } from "../../../Json.ts"
import { asArray, asObject } from "./jsonIn.ts"

/** A schema with its local `$ref`s written out, to a bounded depth: a recursive schema ends in an open one. */
export const withoutReferences = (schema: JsonObject): JsonObject =>
  asObject(expanded(schema, asObject(schema["$defs"]) ?? asObject(schema["definitions"]) ?? {}, maxDepth)) ?? {}

/**
 * The plainest value that a schema allows: its default, its first enum value, null where that is allowed, else zero,
 * false, "unknown", the fewest items, the required properties. Patterns and formats are not honoured.
 */
export const plainestValue = (schema: JsonObject, depth = maxDepth): Json => {
  const first = schema["default"] ?? asArray(schema["enum"])?.[0] ?? schema["const"]
  if (first !== undefined) return first
  const types = asArray(schema["type"]) ?? [
    schema["type"] ?? (schema["properties"] === undefined ? "string" : "object"),
  ]
  const alternatives = asArray(schema["anyOf"]) ?? asArray(schema["oneOf"])
  if (types.includes("null") || alternatives?.some((found) => asObject(found)?.["type"] === "null")) return null
  if (alternatives !== undefined && schema["type"] === undefined) return plainestOf(alternatives[0], depth)
  if (types.includes("object")) return plainestObject(schema, depth)
  if (types.includes("array")) return plainestArray(schema, depth)
  if (types.includes("boolean")) return false
  return types.includes("integer") || types.includes("number") ? plainestNumber(schema) : "unknown"
}

const maxDepth = 8

const expanded = (value: Json, definitions: JsonObject, depth: number): Json => {
  if (depth === 0) return {}
  const items = asArray(value)
  if (items !== undefined) return items.map((item) => expanded(item, definitions, depth))
  const object = asObject(value)
  if (object === undefined) return value
  const reference = object["$ref"]
  const target =
    typeof reference === "string" ? definitions[reference.slice(reference.lastIndexOf("/") + 1)] : undefined
  if (target !== undefined) return expanded(target, definitions, depth - 1)
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => key !== "$defs" && key !== "definitions")
      .map(([key, inner]) => [key, expanded(inner, definitions, depth - 1)]),
  )
}

const plainestOf = (schema: Json | undefined, depth: number): Json =>
  depth === 0 ? null : plainestValue(asObject(schema) ?? {}, depth - 1)

const plainestObject = (schema: JsonObject, depth: number): Json => {
  const properties = asObject(schema["properties"]) ?? {}
  const required = (asArray(schema["required"]) ?? Object.keys(properties)).filter((name) => typeof name === "string")
  return Object.fromEntries(required.map((name) => [name, plainestOf(properties[name], depth)]))
}

const plainestArray = (schema: JsonObject, depth: number): Json => {
  const fewest = schema["minItems"]
  const count = typeof fewest === "number" ? Math.min(fewest, maxItems) : 0
  return Array.from({ length: Math.max(0, Math.floor(count)) }, () => plainestOf(schema["items"], depth))
}

const maxItems = 20

const plainestNumber = ({ minimum, exclusiveMinimum, maximum }: JsonObject): number => {
  if (typeof minimum === "number" && minimum > 0) return minimum
  if (typeof exclusiveMinimum === "number" && exclusiveMinimum >= 0) return Math.floor(exclusiveMinimum) + 1
  return typeof maximum === "number" && maximum < 0 ? maximum : 0
}

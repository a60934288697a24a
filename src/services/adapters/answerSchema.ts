import type { Json, JsonObject } from "../../Json.ts"
import { isList, isRecord } from "../../language/lookUp.ts"
import type { Field } from "../../Signature.ts"

/**
 * JSON Schema of an answer, in the part of the language that providers hold models to: closed objects whose keys are
 * all there, `null` for what is left out. Undefined where a field is more open than that.
 */
export const answerSchema = (fields: ReadonlyArray<Field>): JsonObject | undefined => {
  const properties = fields.flatMap((field) => {
    const schema = fieldSchema(field)
    return schema === undefined ? [] : [[field.name, schema] as const]
  })
  if (properties.length < fields.length) return undefined
  return closed(Object.fromEntries(properties))
}

const fieldSchema = (field: Field): JsonObject | undefined => {
  const type = field.type === "enum" ? "string" : field.type
  const schema = narrowed({ ...field.schema, type, ...(field.values === undefined ? {} : { enum: field.values }) })
  if (schema === undefined) return undefined
  const described = field.description === undefined ? schema : { ...schema, description: field.description }
  return field.optional === true ? { anyOf: [described, { type: "null" }] } : described
}

/** The schema without the keywords that providers refuse; these are checked when the answer is read. */
const narrowed = (schema: Json): JsonObject | undefined => {
  if (!isRecord(schema)) return undefined
  const described = typeof schema["description"] === "string" ? { description: schema["description"] } : {}
  const values = schema["enum"] ?? null
  switch (schema["type"]) {
    case "string":
    case "number":
    case "integer":
    case "boolean":
    case "null":
      return { type: schema["type"], ...described, ...(isList(values) ? { enum: values } : {}) }
    case "array": {
      const items = narrowed(schema["items"] ?? null)
      return items && { type: "array", ...described, items }
    }
    case "object":
      return narrowedObject(schema, described)
    default:
      return undefined
  }
}

const narrowedObject = (schema: JsonObject, described: JsonObject): JsonObject | undefined => {
  const { properties = null, required = null } = schema
  if (!isRecord(properties)) return undefined
  const entries = Object.entries(properties)
  const inner = entries.flatMap(([name, value]) => {
    const property = narrowed(value)
    return property === undefined || !isList(required) || !required.includes(name) ? [] : [[name, property] as const]
  })
  return inner.length < entries.length ? undefined : { ...closed(Object.fromEntries(inner)), ...described }
}

const closed = (properties: JsonObject): JsonObject => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

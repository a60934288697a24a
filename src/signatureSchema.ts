import * as Schema from "effect/Schema"
import { Json, JsonObject } from "./Json.ts"
import type { Field } from "./Signature.ts"

/** The schema of values for these fields; keys beyond them are dropped. */
export const fieldsSchema = (fields: ReadonlyArray<Field>): Schema.Codec<JsonObject, unknown> =>
  Schema.Struct(Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])))

const fieldSchema = (field: Field) =>
  field.optional === true ? Schema.optionalKey(valueSchema(field)) : valueSchema(field)

const valueSchema = (field: Field): Schema.Codec<Json> => {
  switch (field.type) {
    case "string":
      return Schema.String
    case "number":
      return Schema.Finite
    case "integer":
      return Schema.Int
    case "boolean":
      return Schema.Boolean
    case "enum":
      return field.values === undefined ? Schema.String : Schema.Literals(field.values)
    case "array":
      return Schema.Array(Json)
    case "object":
      return JsonObject
  }
}

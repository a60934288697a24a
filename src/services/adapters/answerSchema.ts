import type { JsonObject } from "../../Json.ts"
import type { Field } from "../../Signature.ts"

/** JSON Schema of an answer, for providers that can hold a model to it: closed, every key there, `null` for what is left out. */
export const answerSchema = (fields: ReadonlyArray<Field>): JsonObject => ({
  type: "object",
  properties: Object.fromEntries(fields.map((field) => [field.name, valueSchema(field)])),
  required: fields.map(({ name }) => name),
  additionalProperties: false,
})

const valueSchema = (field: Field): JsonObject => {
  const schema = {
    ...field.schema,
    type: field.type === "enum" ? "string" : field.type,
    ...(field.values === undefined ? {} : { enum: field.values }),
    ...(field.description === undefined ? {} : { description: field.description }),
  }
  return field.optional === true ? { anyOf: [schema, { type: "null" }] } : schema
}

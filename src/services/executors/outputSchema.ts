import type { JsonObject } from "../../Json.ts"
import type { Field, Signature } from "../../Signature.ts"

/** JSON Schema of an object that holds a signature's outputs. */
export const outputSchema = ({ outputs }: Signature): JsonObject => ({
  type: "object",
  properties: Object.fromEntries(outputs.map((field) => [field.name, fieldSchema(field)])),
  required: outputs.filter((field) => field.optional !== true).map((field) => field.name),
  additionalProperties: false,
})

const fieldSchema = (field: Field): JsonObject => ({
  ...field.schema,
  type: field.type === "enum" ? "string" : field.type,
  ...(field.values === undefined ? {} : { enum: field.values }),
  ...(field.description === undefined ? {} : { description: field.description }),
})

import * as Schema from "effect/Schema"
import { JsonObject } from "./Json.ts"

/** The types a field can have. `enum` needs `values`; `array` and `object` may carry a JSON Schema. */
export const FieldType = Schema.Literals(["string", "number", "integer", "boolean", "enum", "array", "object"])
export type FieldType = typeof FieldType.Type

/** One typed input or output of a step. */
export const Field = Schema.Struct({
  name: Schema.NonEmptyString,
  type: FieldType,
  description: Schema.optionalKey(Schema.String),
  optional: Schema.optionalKey(Schema.Boolean),
  /** The labels of an `enum`. */
  values: Schema.optionalKey(Schema.NonEmptyArray(Schema.String)),
  /** JSON Schema of an `array` or `object`. */
  schema: Schema.optionalKey(JsonObject),
  /** Where an input's value comes from, such as `{{steps.classify.text}}`; absent: the run's input of the same name. */
  template: Schema.optionalKey(Schema.String),
})
export type Field = typeof Field.Type

/** What goes in and out of a step. Two steps with equal signatures can share a program. */
export const Signature = Schema.Struct({
  instructions: Schema.String,
  inputs: Schema.NonEmptyArray(Field),
  outputs: Schema.NonEmptyArray(Field),
})
export type Signature = typeof Signature.Type

import * as Schema from "effect/Schema"

/** Any JSON value, as it stands in workflows, inputs and results. */
export const Json = Schema.Json
export type Json = typeof Json.Type

/** A JSON object. */
export const JsonObject = Schema.Record(Schema.String, Json)
export type JsonObject = typeof JsonObject.Type

import * as Schema from "effect/Schema"
import { JsonObject } from "./Json.ts"

/** One labelled row of a data set, under the field names of a signature. */
export const Example = Schema.Struct({ inputs: JsonObject, outputs: JsonObject })
export type Example = typeof Example.Type

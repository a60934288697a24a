import type { Json, JsonObject } from "../../Json.ts"

/** The value of a field; undefined where it is absent or null. */
export const fieldValue = (values: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(values, name) ? (values[name] ?? undefined) : undefined

import * as Option from "effect/Option"
import type { Json, JsonObject } from "../Json.ts"
import type { Dialect } from "./Dialect.ts"

/**
 * The value at a dot path. Strict compatibility goes through objects only; ours also takes list
 * indexes, from 0: `items.0.name` or `items[0].name`.
 */
export const lookUp = (value: Json, path: string, dialect: Dialect): Option.Option<Json> =>
  lookUpSegments(value, dialect === "ours" ? pathSegments(path) : path.split("."), dialect)

/** As `lookUp`, in a step's result: ours takes `text` for `content` and the reverse where only one is there. */
export const lookUpInResult = (result: JsonObject, path: string, dialect: Dialect): Option.Option<Json> =>
  dialect === "ours" ? lookUpSegmentsInResult(result, pathSegments(path)) : lookUp(result, path, dialect)

export const lookUpSegments = (value: Json, segments: ReadonlyArray<string>, dialect: Dialect): Option.Option<Json> => {
  let current = value
  for (const segment of segments) {
    const next = child(current, segment, dialect)
    if (next === undefined) return Option.none()
    current = next
  }
  return Option.some(current)
}

export const lookUpSegmentsInResult = (result: JsonObject, segments: ReadonlyArray<string>): Option.Option<Json> => {
  const [head, ...rest] = segments
  const alias = head === "text" ? "content" : head === "content" ? "text" : undefined
  if (head !== undefined && alias !== undefined && !Object.hasOwn(result, head)) {
    return lookUpSegments(result, [alias, ...rest], "ours")
  }
  return lookUpSegments(result, segments, "ours")
}

export const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

export const isRecord = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const child = (value: Json, segment: string, dialect: Dialect): Json | undefined => {
  if (isRecord(value)) return Object.hasOwn(value, segment) ? value[segment] : undefined
  if (dialect === "ours" && isList(value) && /^\d{1,9}$/.test(segment)) return value[Number(segment)]
  return undefined
}

const pathSegments = (path: string): ReadonlyArray<string> => path.replace(/\[(\d{1,9})\]/g, ".$1").split(".")

import type { Json, JsonObject } from "../../../Json.ts"

/** The JSON value that a text is, in a code fence or not. */
export const parseJson = (text: string): Json | undefined => {
  try {
    const value: Json = JSON.parse(text.trim().replace(/^```\w*\s*\n?|\n?```$/g, ""))
    return value
  } catch {
    return undefined
  }
}

/** The JSON object that a text is. */
export const parseJsonObject = (text: string): JsonObject | undefined => asObject(parseJson(text))

/** A value as a JSON object, where it is one. */
export const asObject = (value: Json | undefined): JsonObject | undefined => (isJsonObject(value) ? value : undefined)

/** A value as an array, where it is one. */
export const asArray = (value: Json | undefined): ReadonlyArray<Json> | undefined =>
  isArray(value) ? value : undefined

/** A JSON value as text: a string is itself, all else is written as JSON. */
export const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value))

/** Where the JSON objects of a text stand, outermost ones only, in order. */
export const jsonObjectsIn = (text: string): ReadonlyArray<JsonSpan> => {
  const spans: Array<JsonSpan> = []
  let from = text.indexOf("{")
  for (let attempts = 0; from !== -1 && attempts < maxAttempts; attempts++) {
    const to = closingBrace(text, from)
    const value = to === -1 ? undefined : parseJsonObject(text.slice(from, to))
    if (value !== undefined) spans.push({ from, to, value })
    from = text.indexOf("{", value === undefined ? from + 1 : to)
  }
  return spans
}

export interface JsonSpan {
  readonly from: number
  readonly to: number
  readonly value: JsonObject
}

// Bounds the work on text full of braces that close nothing.
const maxAttempts = 50

const isArray = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)

const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !isArray(value)

const closingBrace = (text: string, from: number): number => {
  let depth = 0
  let quoted = false
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (quoted) {
      if (char === "\\") at++
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (char === "{") depth++
    else if (char === "}" && --depth === 0) return at + 1
  }
  return -1
}

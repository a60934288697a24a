import type { Json } from "./Json.ts"

/**
 * JSON with one spelling: keys sorted, no spaces, numbers as ECMAScript writes them (RFC 8785), so that
 * equal values have equal hashes whatever wrote them. Unlike there, lone surrogates are escaped.
 */
export const canonicalJson = (value: Json): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(",")}}`
}

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { jsonrepair } from "jsonrepair"
import { Json } from "../../Json.ts"

/**
 * What JSON a text can be read as, likeliest first: as it is, what its code fences hold, what stands between the first
 * and the last bracket of the kind asked for, and each of these mended (quotes, commas, brackets, keys, comments,
 * Python's literals, doubled escapes).
 */
export const repairJson = (text: string, open: "{" | "["): ReadonlyArray<Json> => {
  const parts = [...new Set([text.trim(), ...fenced(text), ...bracketed(text, open)])]
  const plausible = parts.filter((part) => part.includes(open))
  return [...plausible.flatMap(parsed), ...plausible.filter((part) => startsLike(part, open)).flatMap(mended)]
}

const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Json))

/** JSON inside a JSON string counts as what it holds. */
const parsed = (text: string): ReadonlyArray<Json> =>
  Option.match(parse(text), {
    onNone: () => [],
    onSome: (value) => (typeof value === "string" ? Option.toArray(parse(value)) : [value]),
  })

const mended = (text: string): ReadonlyArray<Json> => {
  if (text.length > maxLength) return []
  try {
    return parsed(jsonrepair(straightened(text)))
  } catch {
    return []
  }
}

/** Longer texts, which nobody asked a model for, are read only if they are JSON. */
const maxLength = 200_000

// NaN has no JSON; outside of strings it is what Python writes for "no number".
const straightened = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|\bNaN\b/g, (piece) => (piece === "NaN" ? "null" : piece))

const startsLike = (text: string, open: string): boolean => {
  const start = text.replace(/^[\s"'\\]+/, "")
  return start.startsWith(open) || start.startsWith("```") || start.startsWith("//") || start.startsWith("/*")
}

const fenced = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/```[\w-]*[^\S\n]*\n?([\s\S]*?)(?:```|$)/g)].map((match) => (match[1] ?? "").trim())

const bracketed = (text: string, open: "{" | "["): ReadonlyArray<string> => {
  const from = text.indexOf(open)
  const to = text.lastIndexOf(open === "{" ? "}" : "]")
  if (from === -1) return []
  return to > from ? [text.slice(from, to + 1), text.slice(from)] : [text.slice(from)]
}

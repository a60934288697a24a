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

/** Mending takes a time that grows with the square of some texts; longer ones are read only if they are JSON. */
const maxLength = 40_000

// Outside of strings NaN is what Python writes for "no number"; an apostrophe inside a word ends no string.
const straightened = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|\bNaN\b|(?<=\p{L})'(?=\p{L})/gu, (piece) => spellings.get(piece) ?? piece)

const spellings: ReadonlyMap<string, string> = new Map([
  ["NaN", "null"],
  ["'", "\\'"],
])

const startsLike = (text: string, open: string): boolean => {
  const start = text.replace(/^[\s"'\\]+/, "")
  return start.startsWith(open) || start.startsWith("```") || start.startsWith("//") || start.startsWith("/*")
}

const fenced = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/```[\w-]*[^\S\n]*\n?([\s\S]*?)(?:```|$)/g)].map((match) => (match[1] ?? "").trim())

/** Each whole value in order, then all from the first bracket on, to the last one or to the end. */
const bracketed = (text: string, open: "{" | "["): ReadonlyArray<string> => {
  const first = text.indexOf(open)
  if (first === -1) return []
  const last = text.lastIndexOf(closers[open])
  const spans: Array<string> = []
  for (let from = first; from !== -1 && spans.length < maxSpans; ) {
    const to = closing(text, from, open)
    if (to === -1) break
    spans.push(text.slice(from, to))
    from = text.indexOf(open, to)
  }
  return [...spans, ...(last > first ? [text.slice(first, last + 1)] : []), text.slice(first)]
}

const closers = { "{": "}", "[": "]" } as const

/** Where the bracket that opens at `from` is closed, strings skipped; -1 where it is not. */
const closing = (text: string, from: number, open: "{" | "["): number => {
  let depth = 0
  let isQuoted = false
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === '"') isQuoted = !isQuoted
    else if (isQuoted && char === "\\") at++
    else if (!isQuoted && char === open) depth++
    else if (!isQuoted && char === closers[open] && --depth === 0) return at + 1
  }
  return -1
}

const maxSpans = 20

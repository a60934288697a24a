import { parseJson } from "./jsonIn.ts"
import type { Label } from "./PromptReading.ts"

/** The labels after "one of:", "one of" or "either" on a line, as adapters and people write them. */
export const oneOfLabels = (text: string): ReadonlyArray<Label> => {
  const list = /\b(?:one of|either)(?:(?:\s+\w+){0,5}\s*:|\b)[ \t]*([^\n]+)/i.exec(text)?.[1]
  return list === undefined ? [] : namesOnly(listItems(list))
}

/**
 * The labels of an adapter's note, "… one of: a; b", to the letter; those in double quotes are JSON strings. Empty
 * unless the list is divided by semicolons or is all that the note holds.
 */
export const exactLabels = (note: string): ReadonlyArray<Label> => {
  const bare = /^\{(.*)\}$/s.exec(note.trim())?.[1] ?? note
  const [, lead = "", list = ""] = /^(.*?)\bone of:[ \t]*([^\n]+)/i.exec(bare) ?? []
  const single = /^(?:optional; ?)?$/.test(lead) && /^(?:[^,|"]+|"(?:[^"\\]|\\.)*")$/.test(list.trim())
  if (!list.includes(";") && !single) return []
  const items = [...list.matchAll(exactItem)].map((match) => match[1]?.trim() ?? "")
  const names = items.filter((item) => item !== "" && !item.startsWith("null where ")).map(fromJsonString)
  return namesOnly([...new Set(names)])
}

const exactItem = /\s*("(?:[^"\\]|\\.)*"|[^;]*)\s*(?:;|$)/g

const fromJsonString = (item: string): string => {
  const value = item.startsWith('"') ? parseJson(item) : undefined
  return typeof value === "string" ? value : item
}

/**
 * The items of a list in one sentence: divided by `;`, else `|`, else commas, the last two with "or" or "and", else
 * slashes. Empty unless there are two and each is short enough to be a label. Quotes around an item are taken off.
 */
export const listItems = (line: string): ReadonlyArray<string> => {
  const sentence = line
    .slice(0, maxListLength)
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[.!?](?:\s.*)?$/s, "")
  const quoted = quotedItems(sentence)
  if (quoted.length >= 2 && /^\W*["'`“‘]/.test(sentence)) return quoted
  const divider = dividers.find((candidate) => sentence.includes(candidate)) ?? "\n"
  const parts = sentence.split(divider)
  const last = divider === ";" || divider === "|" ? [] : (parts.pop() ?? "").split(/\s+or\s+|\s+and\s+/i)
  const items = [...parts, ...last].map(bareItem).filter((item) => item !== "")
  return items.length >= 2 && items.every(isShort) ? [...new Set(items)] : []
}

/** The quoted pieces of a text, in order and once each; an apostrophe inside a word opens no quote. */
export const quotedItems = (text: string): ReadonlyArray<string> => [
  ...new Set([...text.matchAll(quotedPiece)].map((match) => withoutEscapes(match.slice(1).find(isGiven) ?? ""))),
]

const isGiven = (group: string | undefined): boolean => group !== undefined

const withoutEscapes = (piece: string): string => piece.replace(/\\(['"\\])/g, "$1")

/** Whether a text could be a label: at most six words and 60 characters. */
export const isShort = (item: string): boolean =>
  item.length > 0 && item.length <= 60 && item.trim().split(/\s+/).length <= 6

/** A list item without quotes, brackets, bullets and a conjunction before it. */
export const bareItem = (item: string): string =>
  item
    .slice(0, 200)
    .trim()
    .replace(/^(?:(?:or|and)\s+)?[\s"'`“”‘’*([{<]*/i, "")
    .replace(/[\s"'`“”‘’*)\]}>]*[.,;]?$/, "")

export const namesOnly = (names: ReadonlyArray<string>): ReadonlyArray<Label> =>
  names.map((name) => ({ name, description: "" }))

// Bounds the work on a line that only looks like a list.
const maxListLength = 20_000
const dividers = [";", "|", ",", "/"]
const quotedPiece =
  /(?<!\w)'((?:[^'\\\n]|\\.|'(?=\w))*)'(?!\w)|"((?:[^"\\\n]|\\.)*)"|`([^`\n]*)`|“([^”\n]*)”|‘([^’\n]*)’/g

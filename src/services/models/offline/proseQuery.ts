import { isShort } from "./labelLists.ts"
import { closingInstruction, proseSegments, withoutClosingInstruction } from "./proseSegments.ts"

/**
 * The text that a person's prompt is about, by field name: what stands between delimiters, or after `Key:`, or after a
 * line that ends in a colon, or after the instruction's own colon, or in quotes, or below the first paragraph. A prompt
 * whose instructions stand elsewhere (`bare`) is the text itself.
 */
export const proseQuery = (prompt: string, bare: boolean): ReadonlyMap<string, string> => {
  const text = prompt.trim()
  const found = delimited(text) ?? keyed(text, bare) ?? single(belowHeading(text, bare) ?? (bare ? text : undefined))
  return found ?? single(afterColon(text) ?? quoted(text) ?? belowFirst(text)) ?? new Map([["text", text]])
}

type Query = ReadonlyMap<string, string>

const single = (text: string | undefined): Query | undefined =>
  text === undefined || text.trim() === "" ? undefined : new Map([["text", text.trim()]])

const delimited = (text: string): Query | undefined => {
  const blocks = [...text.matchAll(/```\w*\n([\s\S]*?)```|"""([\s\S]*?)"""/g)].map((match): [string, string] => [
    "text",
    (match[1] ?? match[2] ?? "").trim(),
  ])
  const filled = [...blocks, ...tagged(text)].filter(([, value]) => value !== "")
  return filled.length === 0 ? undefined : new Map(filled)
}

const tagged = (text: string): ReadonlyArray<[string, string]> => {
  const found: Array<[string, string]> = []
  let end = 0
  for (const tag of text.matchAll(/<([a-zA-Z][\w-]*)>/g)) {
    if (tag.index < end) continue
    const from = tag.index + tag[0].length
    const to = found.length < maxTags ? text.indexOf(`</${tag[1]}>`, from) : -1
    if (to === -1) break
    found.push([tag[1] ?? "text", text.slice(from, to).trim()])
    end = to
  }
  return found
}

const maxTags = 20

const keyed = (text: string, bare: boolean): Query | undefined => {
  const filled = proseSegments(text).filter(({ value }) => value !== "")
  const plain = filled.filter(({ bulleted }) => !bulleted)
  const segments = plain.length > 0 ? plain : filled
  const first = segments[0]
  if (first === undefined || (bare && first.from > 0)) return undefined
  return new Map(segments.map(({ key, value }) => [key, withoutClosingInstruction(value)]))
}

const belowHeading = (text: string, bare: boolean): string | undefined => {
  if (bare) return undefined
  const headings = text.matchAll(/(?:^|\n[ \t]*\n)[^\n()[\]{}=;]*:[ \t]*\n+(?=[ \t]*[^\s\-*•])/g)
  const heading = [...headings].at(-1)
  return heading === undefined ? undefined : withoutClosingInstruction(text.slice(heading.index + heading[0].length))
}

const afterColon = (text: string): string | undefined =>
  text.includes("\n") ? undefined : /^(?:\S+\s+){3,}?\S+:\s+(\S.*)$/.exec(text)?.[1]

const quoted = (text: string): string | undefined =>
  [...text.matchAll(/["“]([^"“”\n]+)["”]/g)].map((match) => match[1] ?? "").find((piece) => !isShort(piece))

const belowFirst = (text: string): string | undefined => {
  const [first = "", ...rest] = text.split(text.includes("\n\n") ? /\n\s*\n/ : "\n")
  const below = rest.filter((paragraph) => !closingInstruction.test(paragraph)).join("\n\n")
  return below.trim() === "" ? first : below
}

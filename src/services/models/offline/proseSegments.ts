/** A `Key: value` piece of a prompt; the value runs to the next key. */
export interface Segment {
  readonly key: string
  readonly value: string
  /** Where the key's line starts. */
  readonly from: number
  /** Whether the key stands behind a bullet or number. */
  readonly bulleted: boolean
}

/** The `Key: value` pieces of a text; a key has at most three words, five when nothing follows on its line; `Input 2:` is `input`, `**Label:**` is `label`. */
export const proseSegments = (text: string): ReadonlyArray<Segment> => {
  const starts = [...text.matchAll(keyLine)].filter((match) => isKey(match[1] ?? "", match[2] ?? ""))
  return starts.map((match, at) => {
    const valueFrom = match.index + match[0].length - (match[2] ?? "").length
    return {
      key: normalKey(match[1] ?? ""),
      value: text.slice(valueFrom, starts[at + 1]?.index ?? text.length).trim(),
      from: match.index,
      bulleted: /^[ \t]*[-*\d]/.test(match[0]) && !/^[ \t]*\*\*/.test(match[0]),
    }
  })
}

/** Drops closing paragraphs that tell how to answer; they are no part of the text before them. */
export const withoutClosingInstruction = (text: string): string => {
  const paragraphs = text.split(/\n\s*\n/)
  while (paragraphs.length > 1 && closingInstruction.test(paragraphs.at(-1) ?? "")) paragraphs.pop()
  return paragraphs.join("\n\n").trim()
}

/** A paragraph that addresses the model. */
export const closingInstruction =
  /^\W*(?:please\s+)?(?:answer|reply|respond|return|output|give|write|only|just|do not|don't|classify|choose|pick|select|label|use|now|remember|your (?:answer|reply|response))\b/i

const keyLine =
  /^[ \t]*(?:(?:[-*>#]+|\d+[.)])[ \t]+)?\**([\p{L}_][\p{L}\p{N}_/'-]*(?: [\p{L}\p{N}_/'#-]+){0,4})\**[ \t]*:\**[ \t]*(.*)$/gmu

const isKey = (key: string, value: string): boolean =>
  !value.startsWith("//") &&
  (value === "" || key.split(" ").length <= 3) &&
  !(key.includes(" ") && closingInstruction.test(key))

const normalKey = (key: string): string =>
  key
    .toLowerCase()
    .replace(/[\s#]*\d+$/, "")
    .trim()
    .replace(/\s+/g, "_")

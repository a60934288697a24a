/** What can be found in a text: the post-processing of `claude_extract`. All functions are pure. */
export interface CodeBlock {
  readonly language: string | null
  readonly code: string
}

export const codeBlocks = (text: string): ReadonlyArray<CodeBlock> =>
  [...text.matchAll(/^```([^\s`]*)[^\n]*\n([\s\S]*?)^```/gm)].map(([, language = "", code = ""]) => ({
    language: language === "" ? null : language,
    code: code.replace(/\n$/, ""),
  }))

/** URLs, Markdown links included, each once, in order. */
export const links = (text: string): ReadonlyArray<string> => [
  ...new Set([...text.matchAll(/https?:\/\/[^\s<>"'`)\]}]+/g)].map(([url]) => url.replace(/[.,;:!?*_]+$/, ""))),
]

/** The items of bulleted and numbered lists. */
export const keyPoints = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^[^\S\n]*(?:[-*•]|\d+[.)])[^\S\n]+(\S[^\n]*)$/gm)].map(([, item = ""]) => item.trim())

/** List items and sentences that advise something. */
export const recommendations = (text: string): ReadonlyArray<string> => [
  ...new Set([...keyPoints(text), ...sentences(withoutLists(text))].filter((sentence) => advice.test(sentence))),
]

/** The first sentences that fit, or the start of the text cut at a word; `maxLength` in characters, 1 or more. */
export const summaryOf = (text: string, maxLength: number): string => {
  const plain = text.replace(/\s+/g, " ").trim()
  if (plain.length <= maxLength) return plain
  let summary = ""
  for (const sentence of sentences(plain)) {
    const longer = summary === "" ? sentence : `${summary} ${sentence}`
    if (longer.length > maxLength) break
    summary = longer
  }
  return summary === "" ? `${plain.slice(0, maxLength - 1).replace(/\s+\S*$/, "")}…` : summary
}

/** Even spacing around headings and paragraphs, `-` for bullets; code blocks are left alone. */
export const formatMarkdown = (text: string): string =>
  text
    .split(/(^```[\s\S]*?^```[^\n]*$)/m)
    .map((piece, index) => (index % 2 === 1 ? piece : formatProse(piece)))
    .join("")
    .trim()

const formatProse = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/^([^\S\n]*)[*•](?=[^\S\n])/gm, "$1-")
    .replace(/([^\n])\n(#{1,6} )/g, "$1\n\n$2")
    .replace(/^(#{1,6} [^\n]*)\n(?!\n)/gm, "$1\n\n")
    .replace(/\n{3,}/g, "\n\n")

const advice = /\b(recommend\w*|suggest\w*|should|must|consider|avoid|prefer|advis\w+|ought to)\b/i

const withoutLists = (text: string): string => text.replace(/^[^\S\n]*(?:[-*•]|\d+[.)])[^\S\n]+[^\n]*$/gm, "")

const sentences = (text: string): ReadonlyArray<string> =>
  text
    .split(/(?<=[.!?])\s+|\n{2,}/)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => sentence !== "")

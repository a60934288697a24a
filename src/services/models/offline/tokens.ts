/** A run of characters without spaces, without the punctuation around it. */
export interface Token {
  readonly text: string
  /** Whether a sentence or clause ends behind it. */
  readonly closes: boolean
}

/** The first 400 tokens of a text. */
export const tokensOf = (text: string): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  for (const [run] of text.slice(0, maxCharacters).matchAll(/\S+/g)) {
    const bare = run.slice(0, 200).replace(opening, "").replace(closing, "")
    if (bare !== "") tokens.push({ text: bare, closes: /[.!?;:]\W*$/.test(run.slice(-4)) })
    if (tokens.length === maxTokens) break
  }
  return tokens
}

/** A text with runs of capitals, small letters and digits each written as one A, a, 9; like words in a row count once. */
export const shapeOf = (text: string): string =>
  text
    .replace(/\p{N}+/gu, "9")
    .replace(/\p{Lu}+/gu, "A")
    .replace(/[\p{L}\p{M}]+/gu, (letters) => (letters.startsWith("A") ? (letters === "A" ? "A" : "Aa") : "a"))
    .replace(/(\S+)(?: \1)+/g, "$1")

const maxTokens = 400
const maxCharacters = 20_000
const opening = /^[([{<"'`“‘«*]+/
const closing = /[)\]}>"'`”’»*.,;:!?]+$/

/** Instructions as a model proposed them, fit to be put into a prompt. */
export interface Proposal {
  readonly instructions: string
  /** What had to be changed of them. */
  readonly note?: string
}

/** Longer instructions are cut: every call of the program would pay for them. */
export const mostCharacters = 8_000

/** More of an answer is not read. */
const mostRead = 100_000

/**
 * Instructions out of an answer: what stands between its first and its last fence of three backticks (as in GEPA), or
 * all of it where there is no fence; without the quotes or the heading put around them. Null where no word is left.
 */
export const readProposal = (answer: string): Proposal | null => {
  const text = unwrapped(plain(fenced(answer.slice(0, mostRead))))
  if (!/\p{L}{2}/u.test(text)) return null
  if (text.length <= mostCharacters) return { instructions: text }
  return { instructions: cut(text), note: `cut from ${text.length} to at most ${mostCharacters} characters` }
}

const fenced = (answer: string): string => {
  const open = answer.indexOf("```")
  if (open < 0) return answer
  const inner = answer.slice(open + 3)
  const close = inner.lastIndexOf("```")
  const block = close < 0 ? inner : inner.slice(0, close)
  return block.replace(/^[\w+-]{0,20}[ \t]*\r?\n/, "")
}

/** Without control characters and halves of characters. */
const plain = (text: string): string =>
  text
    .replaceAll("\r\n", "\n")
    .replace(/[\p{Cc}\p{Cs}]/gu, (character) => (character === "\n" || character === "\t" ? character : ""))
    .trim()

const unwrapped = (text: string): string => {
  const bare = text.replace(
    /^[*_#\s]{0,4}(?:(?:new|improved|revised|proposed)\s+)?instructions?\s{0,2}[*_]{0,2}:[*_]{0,2}\s*/i,
    "",
  )
  const [, quoted] = /^(?:"""|["“”'`])([^]*?)(?:"""|["“”'`])$/.exec(bare) ?? []
  const isOneQuote = quoted !== undefined && !/["“”`]/.test(quoted)
  return (isOneQuote ? quoted : bare).trim()
}

/** At the last end of a line or sentence that fits, if one comes late enough. */
const cut = (text: string): string => {
  const head = text.slice(0, mostCharacters).replace(/\p{Cs}$/u, "")
  const end = Math.max(head.lastIndexOf("\n"), head.lastIndexOf(". ") + 1)
  return head.slice(0, end > mostCharacters / 2 ? end : undefined).trim()
}

import { quoted } from "../rawValue.ts"

/** The words, quoted texts, numbers and signs of a short signature, and how far it has been read. */
export interface SignatureTokens {
  readonly tokens: ReadonlyArray<Token>
  position: number
}

interface Token {
  readonly kind: "word" | "text" | "number" | "sign" | "unreadable"
  readonly value: string
}

const pattern =
  /\s+|(?<word>[\p{L}_][\p{L}\p{N}_]*)|'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<number>-?\d+(?:\.\d+)?)|(?<sign>->|[[\],:|])|(?<unreadable>.)/gsu

export const signatureTokens = (text: string): SignatureTokens => ({
  tokens: [...text.matchAll(pattern)].flatMap(({ groups }): ReadonlyArray<Token> => {
    const { word, single, double, number, sign, unreadable } = groups ?? {}
    if (word !== undefined) return [{ kind: "word", value: word }]
    if (single !== undefined || double !== undefined) return [{ kind: "text", value: single ?? double ?? "" }]
    if (number !== undefined) return [{ kind: "number", value: number }]
    if (sign !== undefined) return [{ kind: "sign", value: sign }]
    return unreadable === undefined ? [] : [{ kind: "unreadable", value: unreadable }]
  }),
  position: 0,
})

/** That something else should come next. */
export const notFound = (tokens: SignatureTokens, expected: string): string =>
  `${expected} is expected ${atEnd(tokens) ? "at the end" : `where ${peek(tokens)} stands`}`

/** The next token in quotes, for messages. */
export const peek = ({ tokens, position }: SignatureTokens): string => {
  const token = tokens[position]
  return token === undefined ? "the end" : quoted(token.value)
}

export const atEnd = ({ tokens, position }: SignatureTokens): boolean => position >= tokens.length

/** Steps over a certain word or sign, if it comes next. */
export const take = (tokens: SignatureTokens, value: string): boolean => {
  const token = tokens.tokens[tokens.position]
  const isNext = token !== undefined && token.kind !== "text" && token.value === value
  if (isNext) tokens.position += 1
  return isNext
}

/** Steps over any token of a kind, if one comes next, and gives what it says. */
export const takeAny = (tokens: SignatureTokens, kind: Token["kind"]): string | undefined => {
  const token = tokens.tokens[tokens.position]
  if (token?.kind !== kind) return undefined
  tokens.position += 1
  return token.value
}

import * as Result from "effect/Result"
import { LanguageError } from "./LanguageError.ts"

/** One word of an expression. `column` counts from 1. */
export type Token =
  | { readonly kind: "number"; readonly value: number; readonly text: string; readonly column: number }
  | { readonly kind: "string"; readonly value: string; readonly text: string; readonly column: number }
  | { readonly kind: "path"; readonly segments: ReadonlyArray<string>; readonly text: string; readonly column: number }
  | { readonly kind: "symbol" | "end"; readonly text: string; readonly column: number }

/** More words than any sensible expression has; keeps the parser and the evaluator shallow. */
const maxTokens = 1_000
const maxCharacters = 20_000

/**
 * The words of an expression, ending in an `end` token. In quotes, a doubled quote is one quote and
 * a backslash is itself, so that patterns need no second layer of escapes.
 *
 * @param firstColumn column of the first character in the text that the user wrote
 */
export const tokenize = (source: string, firstColumn = 1): Result.Result<ReadonlyArray<Token>, LanguageError> => {
  if (source.length > maxCharacters) {
    return Result.fail(
      new LanguageError({ message: `the expression is longer than ${maxCharacters} characters: split it` }),
    )
  }
  const tokens: Array<Token> = []
  let position = 0
  while (position < source.length) {
    if (/\s/.test(source.charAt(position))) {
      position += 1
      continue
    }
    const token = tokenAt(source, position, firstColumn + position)
    if (token === undefined) return Result.fail(unreadable(source, position, firstColumn + position))
    if (tokens.length >= maxTokens) {
      return Result.fail(new LanguageError({ message: `the expression is longer than ${maxTokens} words: split it` }))
    }
    tokens.push(token)
    position += token.text.length
  }
  tokens.push({ kind: "end", text: "", column: firstColumn + source.length })
  return Result.succeed(tokens)
}

const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const quoted = /'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"/y
const pathHead = /@|[\p{L}_][\p{L}\p{N}_]*/uy
const pathSegment = /\.([\p{L}\p{N}_]+)|\[\s*(?:(\d{1,9})|'([^']*(?:''[^']*)*)'|"([^"]*(?:""[^"]*)*)")\s*\]/uy
/** A step or input called `my-step`: a hyphen is part of the name right behind `steps.` and its like. */
const hyphenated =
  /\.([\p{L}\p{N}_]+(?:-(?!(?:inputs|steps|state|variables|global_vars|run)\.)[\p{L}_][\p{L}\p{N}_]*)+)/uy
const namespaces = new Set(["inputs", "steps", "state", "variables", "global_vars"])
const symbol = /\{\{|\}\}|==|!=|>=|<=|&&|\|\||[-+*/%<>!(),]/y

const tokenAt = (source: string, position: number, column: number): Token | undefined => {
  const asNumber = matchAt(number, source, position)
  if (asNumber !== undefined) return { kind: "number", value: Number(asNumber[0]), text: asNumber[0], column }
  const asString = matchAt(quoted, source, position)
  if (asString !== undefined) {
    const [text] = asString
    const quote = text.charAt(0)
    return { kind: "string", value: text.slice(1, -1).replaceAll(quote + quote, quote), text, column }
  }
  const asPath = pathAt(source, position)
  if (asPath !== undefined) return { kind: "path", ...asPath, column }
  const asSymbol = matchAt(symbol, source, position)
  return asSymbol === undefined ? undefined : { kind: "symbol", text: asSymbol[0], column }
}

const pathAt = (source: string, position: number) => {
  const head = matchAt(pathHead, source, position)
  if (head === undefined) return undefined
  const segments = [head[0]]
  let end = position + head[0].length
  for (;;) {
    const named = segments.length === 1 && namespaces.has(head[0]) ? matchAt(hyphenated, source, end) : undefined
    const next = named ?? matchAt(pathSegment, source, end)
    if (next === undefined) return { segments, text: source.slice(position, end) }
    segments.push(next[1] ?? next[2] ?? next[3]?.replaceAll("''", "'") ?? next[4]?.replaceAll('""', '"') ?? "")
    end += next[0].length
  }
}

const matchAt = (pattern: RegExp, source: string, position: number): RegExpExecArray | undefined => {
  pattern.lastIndex = position
  return pattern.exec(source) ?? undefined
}

const unreadable = (source: string, position: number, column: number): LanguageError => {
  const character = source.charAt(position)
  return new LanguageError({
    message:
      character === "'" || character === '"'
        ? `the text that starts at column ${column} is not closed: add a ${character} (inside the text, write it twice)`
        : `"${character}" at column ${column} is not part of the expression language${
            character === "=" ? ": compare with ==" : ""
          }`,
  })
}

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

/** Where an expression stands, and what it can mean. */
export interface Reading {
  /** Column, from 1, of its first character in the text that the user sees. */
  readonly firstColumn: number
  /** Known names such as `my-step` or `step-1`, which would otherwise read as subtractions. */
  readonly hyphenatedNames: ReadonlyArray<string>
  /** How many expressions it is nested in. */
  readonly depth: number
}

/**
 * The words of an expression, ending in an `end` token. In quotes, a doubled quote is one quote and
 * a backslash is itself, so that patterns need no second layer of escapes.
 */
export const tokenize = (source: string, reading: Reading): Result.Result<ReadonlyArray<Token>, LanguageError> => {
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
    const column = reading.firstColumn + position
    const token = tokenAt(source, position, column, reading.hyphenatedNames)
    if (token === undefined) return Result.fail(unreadable(source, position, column))
    if (tokens.length >= maxTokens) {
      return Result.fail(new LanguageError({ message: `the expression is longer than ${maxTokens} words: split it` }))
    }
    tokens.push(token)
    position += token.text.length
  }
  tokens.push({ kind: "end", text: "", column: reading.firstColumn + source.length })
  return Result.succeed(tokens)
}

const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const quoted = /'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"/y
const pathHead = /@|[\p{L}_][\p{L}\p{N}_]*/uy
const pathSegment = /\.([\p{L}\p{N}_]+)|\[\s*(?:(\d{1,9})|'([^']*(?:''[^']*)*)'|"([^"]*(?:""[^"]*)*)")\s*\]/uy
/** A step or input called `my-step`: a hyphen is part of the name right behind `steps.` and its like. */
const hyphenated = /[\p{L}\p{N}_]+(?:-(?!(?:inputs|steps|state|variables|global_vars|run)\.)[\p{L}_][\p{L}\p{N}_]*)+/uy
const namespaces = new Set(["inputs", "steps", "state", "variables", "global_vars"])
const symbol = /\{\{|\}\}|==|!=|>=|<=|&&|\|\||[-+*/%<>!(),]/y

const tokenAt = (
  source: string,
  position: number,
  column: number,
  hyphenatedNames: ReadonlyArray<string>,
): Token | undefined => {
  const asNumber = matchAt(number, source, position)
  if (asNumber !== undefined) return { kind: "number", value: Number(asNumber[0]), text: asNumber[0], column }
  const asString = matchAt(quoted, source, position)
  if (asString !== undefined) {
    const [text] = asString
    const quote = text.charAt(0)
    return { kind: "string", value: text.slice(1, -1).replaceAll(quote + quote, quote), text, column }
  }
  const asPath = pathAt(source, position, hyphenatedNames)
  if (asPath !== undefined) return { kind: "path", ...asPath, column }
  const asSymbol = matchAt(symbol, source, position)
  return asSymbol === undefined ? undefined : { kind: "symbol", text: asSymbol[0], column }
}

const pathAt = (source: string, position: number, hyphenatedNames: ReadonlyArray<string>) => {
  const head = nameAt(source, position, hyphenatedNames) ?? matchAt(pathHead, source, position)?.[0]
  if (head === undefined) return undefined
  const segments = [head]
  let end = position + head.length
  if (namespaces.has(head) && source.charAt(end) === ".") {
    const name = nameAt(source, end + 1, hyphenatedNames) ?? matchAt(hyphenated, source, end + 1)?.[0]
    if (name !== undefined) {
      segments.push(name)
      end += 1 + name.length
    }
  }
  for (;;) {
    const next = matchAt(pathSegment, source, end)
    if (next === undefined) return { segments, text: source.slice(position, end) }
    segments.push(next[1] ?? next[2] ?? next[3]?.replaceAll("''", "'") ?? next[4]?.replaceAll('""', '"') ?? "")
    end += next[0].length
  }
}

const nameAt = (source: string, position: number, names: ReadonlyArray<string>): string | undefined =>
  names.find(
    (name) => source.startsWith(name, position) && !/[\p{L}\p{N}_-]/u.test(source.charAt(position + name.length)),
  )

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

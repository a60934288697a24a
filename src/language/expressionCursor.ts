import * as Result from "effect/Result"
import { LanguageError } from "./LanguageError.ts"
import type { Reading, Token } from "./tokenize.ts"

/** Where the parser is. */
export interface Cursor {
  readonly tokens: ReadonlyArray<Token>
  readonly reading: Reading
  position: number
  depth: number
}

const maxDepth = 60

/** The next word. */
export const peek = (cursor: Cursor): Token => cursor.tokens[cursor.position] ?? { kind: "end", text: "", column: 1 }

/** Steps over the next word if it is one of these, and says which. */
export const take = <Text extends string>(cursor: Cursor, texts: ReadonlyArray<Text>): Text | undefined => {
  const token = peek(cursor)
  if (token.kind !== "symbol" && token.kind !== "path") return undefined
  const found = texts.find((text) => text === token.text)
  if (found !== undefined) cursor.position += 1
  return found
}

/** Parses something inside something else, up to a depth that no stack minds. */
export const nested = <A>(
  cursor: Cursor,
  parse: (cursor: Cursor) => Result.Result<A, LanguageError>,
): Result.Result<A, LanguageError> => {
  if (cursor.depth >= maxDepth) {
    const { column } = peek(cursor)
    return Result.fail(
      new LanguageError({ message: `column ${column} is nested more than ${maxDepth} deep: split the expression` }),
    )
  }
  cursor.depth += 1
  const parsed = parse(cursor)
  cursor.depth -= 1
  return parsed
}

export const unexpected = (cursor: Cursor, expected: string): Result.Result<never, LanguageError> => {
  const token = peek(cursor)
  const found = token.kind === "end" ? "it ends" : `${token.text} stands`
  return Result.fail(new LanguageError({ message: `expected ${expected} at column ${token.column}, where ${found}` }))
}

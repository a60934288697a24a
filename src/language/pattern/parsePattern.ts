import * as Result from "effect/Result"
import { LanguageError } from "../LanguageError.ts"
import { type Atom, atomAt, type PatternFlags } from "./atomAt.ts"
import type { Pattern } from "./Pattern.ts"

type Parsed = Result.Result<Pattern, LanguageError>

interface Cursor {
  readonly source: string
  readonly flags: PatternFlags
  position: number
}

/**
 * Reads a regular expression: alternatives, groups, `* + ? {n,m}` (lazy or not is all the same to a
 * yes or no), classes, escapes, `^ $ \b \B \A \z`, and `(?i)`, `(?s)`, `(?m)` at the start. What cannot
 * be decided in linear time (backreferences, lookaround) is refused.
 */
export const parsePattern = (source: string): Parsed =>
  Result.gen(function* () {
    const prefix = /^\(\?([ims]+)\)/.exec(source)
    const letters = prefix?.[1] ?? ""
    const flags = {
      ignoresCase: letters.includes("i"),
      isMultiline: letters.includes("m"),
      dotTakesNewlines: letters.includes("s"),
    }
    const cursor: Cursor = { source, flags, position: prefix?.[0].length ?? 0 }
    const pattern = yield* parseChoice(cursor)
    if (cursor.position < source.length) return yield* refuse(cursor, "a ) too many")
    return pattern
  })

const parseChoice = (cursor: Cursor): Parsed =>
  Result.gen(function* () {
    const options = [yield* parseSequence(cursor)]
    while (cursor.source.charAt(cursor.position) === "|") {
      cursor.position += 1
      options.push(yield* parseSequence(cursor))
    }
    const [only] = options
    return options.length === 1 && only !== undefined ? only : { _tag: "Choice", options }
  })

const parseSequence = (cursor: Cursor): Parsed =>
  Result.gen(function* () {
    const parts: Array<Pattern> = []
    while (cursor.position < cursor.source.length && !/[|)]/.test(cursor.source.charAt(cursor.position))) {
      const part = yield* parsePart(cursor)
      parts.push(yield* parseRepeats(cursor, part))
    }
    return { _tag: "Sequence", parts }
  })

const parsePart = (cursor: Cursor): Parsed => {
  const { source, position, flags } = cursor
  if (source.charAt(position) === "(") return parseGroup(cursor)
  if (/[*+?]/.test(source.charAt(position))) return refuse(cursor, "nothing to repeat")
  const atom: Atom | undefined = atomAt(source, position, flags)
  if (atom === undefined) return refuse(cursor, "something that is not supported (or is not finished)")
  cursor.position += atom.length
  return Result.succeed(atom.pattern)
}

const parseGroup = (cursor: Cursor): Parsed =>
  Result.gen(function* () {
    const opening = /\((?:\?:|\?P?<[A-Za-z_]\w*>|(?!\?))/y
    opening.lastIndex = cursor.position
    const open = opening.exec(cursor.source)
    if (open === null) return yield* refuse(cursor, "a kind of group that is not supported (lookaround, for one)")
    cursor.position += open[0].length
    const body = yield* parseChoice(cursor)
    if (cursor.source.charAt(cursor.position) !== ")") return yield* refuse(cursor, "no ) for an open (")
    cursor.position += 1
    return body
  })

const quantifier = /(?:([*+?])|\{(\d{1,4})(?:(,)(\d{0,4}))?\})[?+]?/y

const parseRepeats = (cursor: Cursor, part: Pattern): Parsed => {
  quantifier.lastIndex = cursor.position
  const found = quantifier.exec(cursor.source)
  if (found === null) return Result.succeed(part)
  cursor.position += found[0].length
  const [, sign, least, comma, most] = found
  if (sign !== undefined) {
    const bounds = sign === "?" ? { least: 0, most: 1 } : { least: sign === "+" ? 1 : 0, most: Infinity }
    return parseRepeats(cursor, { _tag: "Repeat", body: part, ...bounds })
  }
  const from = Number(least)
  const to = comma === undefined ? from : most === undefined || most === "" ? Infinity : Number(most)
  return to < from
    ? refuse(cursor, "a repetition whose bounds are the wrong way round")
    : parseRepeats(cursor, { _tag: "Repeat", body: part, least: from, most: to })
}

const refuse = (cursor: Cursor, what: string): Result.Result<never, LanguageError> =>
  Result.fail(
    new LanguageError({
      message: `the pattern "${cursor.source}" has ${what} at its character ${cursor.position + 1}`,
    }),
  )

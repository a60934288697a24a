import type { CharacterTest, Pattern, PositionTest } from "./Pattern.ts"

export interface PatternFlags {
  readonly ignoresCase: boolean
  readonly isMultiline: boolean
  readonly dotTakesNewlines: boolean
}

/** The smallest piece of a pattern, and how many characters of it were read. */
export interface Atom {
  readonly pattern: Pattern
  readonly length: number
}

/** The atom at a position; `undefined` for what is not supported. */
export const atomAt = (source: string, position: number, flags: PatternFlags): Atom | undefined => {
  const character = String.fromCodePoint(source.codePointAt(position) ?? 0)
  if (character === "^") return at(flags.isMultiline ? isLineStart : isStart, 1)
  if (character === "$") return at(flags.isMultiline ? isLineEnd : isEnd, 1)
  if (character === ".") return take(flags.dotTakesNewlines ? () => true : (taken) => taken !== "\n", 1)
  if (character === "\\") return escapeAt(source, position, flags)
  if (character !== "[") return take(literal(character, flags), character.length)
  const written = matchAt(/\[\^?\]?(?:[^\]\\]|\\[^])*\]/y, source, position)
  return written === undefined ? undefined : tested(classWithBracket(written), written.length, flags)
}

const escapeAt = (source: string, position: number, flags: PatternFlags): Atom | undefined => {
  const following = source.charAt(position + 1)
  const positionTest = positionTests.get(following)
  if (positionTest !== undefined) return at(positionTest, 2)
  const set = matchAt(
    /\\(?:[dDwWsStnrfv]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|[pP]\{[\w=]+\})/y,
    source,
    position,
  )
  if (set !== undefined) return tested(set, set.length, flags)
  return following !== "" && !/[A-Za-z0-9]/.test(following) ? take(literal(following, flags), 2) : undefined
}

const isStart: PositionTest = (_, position) => position === 0
/** At the end, or before a newline that ends the text, as in the original's regular expressions. */
const isEnd: PositionTest = (characters, position) =>
  position === characters.length || (position === characters.length - 1 && characters[position] === "\n")
const isVeryEnd: PositionTest = (characters, position) => position === characters.length
const isLineStart: PositionTest = (characters, position) => position === 0 || characters[position - 1] === "\n"
const isLineEnd: PositionTest = (characters, position) =>
  position === characters.length || characters[position] === "\n"
const isWordBoundary: PositionTest = (characters, position) =>
  isWord(characters[position - 1]) !== isWord(characters[position])
const isWord = (character = ""): boolean => /^\w$/.test(character)

const positionTests = new Map<string, PositionTest>([
  ["b", isWordBoundary],
  ["B", (characters, position) => !isWordBoundary(characters, position)],
  ["A", isStart],
  ["z", isVeryEnd],
  ["Z", isEnd],
])

const literal = (wanted: string, { ignoresCase }: PatternFlags): CharacterTest => {
  const folded = wanted.toLowerCase()
  return ignoresCase ? (taken) => taken.toLowerCase() === folded : (taken) => taken === wanted
}

/** A set of characters is left to the platform: one character at a time it cannot backtrack. */
const tested = (set: string, length: number, { ignoresCase }: PatternFlags): Atom | undefined => {
  for (const flags of ["u", ""]) {
    try {
      const expression = new RegExp(`^${set}$`, ignoresCase ? `${flags}i` : flags)
      return take((taken) => expression.test(taken), length)
    } catch {
      // Not a set under these rules; the older ones allow more.
    }
  }
  return undefined
}

/** A bracket that comes first in a class is a member of it, except in JavaScript. */
const classWithBracket = (written: string): string => written.replace(/^(\[\^?)\](?=[^])/, "$1\\]")

const matchAt = (pattern: RegExp, source: string, position: number): string | undefined => {
  pattern.lastIndex = position
  return pattern.exec(source)?.[0]
}

const take = (fits: CharacterTest, length: number): Atom => ({ pattern: { _tag: "Character", fits }, length })
const at = (holds: PositionTest, length: number): Atom => ({ pattern: { _tag: "Position", holds }, length })

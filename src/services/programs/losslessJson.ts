import * as Result from "effect/Result"

/** JSON as it is written: numbers keep their digits, so that 1.0 is no 1, and objects the order of their keys. */
export type LosslessJson = null | boolean | string | LosslessNumber | LosslessList | LosslessObject

/** A number by its text; Python also writes `NaN`, `Infinity` and `-Infinity`. */
export interface LosslessNumber {
  readonly _tag: "number"
  readonly text: string
}
export interface LosslessList {
  readonly _tag: "list"
  readonly items: ReadonlyArray<LosslessJson>
}
export interface LosslessObject {
  readonly _tag: "object"
  readonly entries: ReadonlyArray<readonly [key: string, value: LosslessJson]>
}

const maxDepth = 500

const tokens = {
  blank: /[ \t\n\r]*/y,
  number: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y,
  word: /true|false|null|NaN|-?Infinity/y,
  text: /"(?:[ !#-[\]-\u{10ffff}]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy,
} as const

/** Reads JSON; fails with what is wrong and where. */
export const parseLosslessJson = (source: string): Result.Result<LosslessJson, string> => {
  let offset = 0

  const next = (kind: keyof typeof tokens): string | undefined => {
    const token = tokens[kind]
    token.lastIndex = offset
    const [text] = token.exec(source) ?? []
    if (text !== undefined) offset += text.length
    return text
  }

  const take = (character: string): boolean => {
    next("blank")
    if (source[offset] !== character) return false
    offset += 1
    return true
  }

  const unexpected = (wanted: string) => {
    next("blank")
    if (endsInside(source.slice(offset))) return Result.fail("it is cut short")
    const line = source.slice(0, offset).split("\n").length
    return Result.fail(`line ${line}: expected ${wanted}, not ${JSON.stringify(source[offset])}`)
  }

  const value = (depth: number): Result.Result<LosslessJson, string> => {
    if (depth > maxDepth) return Result.fail(`it is nested more than ${maxDepth} deep`)
    if (take("{")) return object(depth)
    if (take("[")) return list(depth)
    const word = next("word")
    if (word !== undefined) return Result.succeed(wordValue(word))
    const text = next("text")
    if (text !== undefined) return Result.succeed(unquoted(text))
    const number = next("number")
    return number === undefined ? unexpected("a value") : Result.succeed({ _tag: "number", text: number })
  }

  const list = (depth: number): Result.Result<LosslessList, string> =>
    Result.gen(function* () {
      const items: Array<LosslessJson> = []
      if (take("]")) return { _tag: "list", items }
      do items.push(yield* value(depth + 1))
      while (take(","))
      return take("]") ? { _tag: "list", items } : yield* unexpected("',' or ']'")
    })

  const object = (depth: number): Result.Result<LosslessObject, string> =>
    Result.gen(function* () {
      const entries: Array<readonly [string, LosslessJson]> = []
      if (take("}")) return { _tag: "object", entries }
      do {
        next("blank")
        const key = next("text")
        if (key === undefined || !take(":")) return yield* unexpected(key === undefined ? "a key" : "':'")
        entries.push([unquoted(key), yield* value(depth + 1)])
      } while (take(","))
      return take("}") ? { _tag: "object", entries } : yield* unexpected("',' or '}'")
    })

  return Result.flatMap(value(0), (read) => {
    next("blank")
    return offset === source.length ? Result.succeed(read) : unexpected("the end")
  })
}

/** Whether nothing is left but the beginning of a token, or a text that is never closed. */
const endsInside = (rest: string): boolean =>
  /^(?:"(?:[^"\\]|\\.)*\\?|-)?$/s.test(rest) || ["true", "false", "null"].some((word) => word.startsWith(rest))

const unquoted = (text: string): string => String(JSON.parse(text))

const wordValue = (word: string): LosslessJson => {
  if (word === "null") return null
  if (word === "true" || word === "false") return word === "true"
  return { _tag: "number", text: word }
}

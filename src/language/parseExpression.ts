import * as Result from "effect/Result"
import { type ArithmeticOperator, comparisonOperators, type Expression } from "./Expression.ts"
import { type Cursor, nested, peek, take, unexpected } from "./expressionCursor.ts"
import { checkCall, isFunction, takesItemCondition } from "./expressionFunctions.ts"
import type { LanguageError } from "./LanguageError.ts"
import { type Reading, type Token, tokenize } from "./tokenize.ts"

type Parsed = Result.Result<Expression, LanguageError>

/**
 * Reads one whole expression. From weakest to strongest: `or`, `and`, `not`, one comparison, `+ -`,
 * `* / %`, unary minus. `||`, `&&` and `!` mean the same as the words. `{{…}}` is a parenthesis.
 */
export const parseExpression = (source: string, reading: Reading = onItsOwn): Parsed =>
  Result.gen(function* () {
    const tokens = yield* tokenize(source, reading)
    const cursor = { tokens, reading, position: 0, depth: reading.depth }
    const expression = yield* parseAny(cursor)
    if (peek(cursor).kind !== "end") return yield* unexpected(cursor, "an operator or the end")
    return expression
  })

export const onItsOwn: Reading = { firstColumn: 1, hyphenatedNames: [], depth: 0 }

const parseAny = (cursor: Cursor): Parsed => parseChain(cursor, ["or", "||"], parseAll, "Any")
const parseAll = (cursor: Cursor): Parsed => parseChain(cursor, ["and", "&&"], parseNot, "All")

const parseChain = (
  cursor: Cursor,
  operators: ReadonlyArray<string>,
  parseOperand: (cursor: Cursor) => Parsed,
  _tag: "All" | "Any",
): Parsed =>
  Result.gen(function* () {
    const first = yield* parseOperand(cursor)
    const operands = [first]
    while (take(cursor, operators) !== undefined) operands.push(yield* parseOperand(cursor))
    return operands.length === 1 ? first : { _tag, operands }
  })

const parseNot = (cursor: Cursor): Parsed =>
  take(cursor, ["not", "!"]) === undefined
    ? parseComparison(cursor)
    : Result.map(nested(cursor, parseNot), (operand) => ({ _tag: "Not", operand }))

const parseComparison = (cursor: Cursor): Parsed =>
  Result.gen(function* () {
    const left = yield* parseSum(cursor)
    const operator = take(cursor, comparisonOperators)
    if (operator !== undefined) {
      return { _tag: "Comparison", operator, left, right: yield* parseSum(cursor) }
    }
    if (take(cursor, ["between"]) === undefined) return left
    const low = yield* parseSum(cursor)
    if (take(cursor, ["and"]) === undefined) return yield* unexpected(cursor, '"and" and the upper bound of "between"')
    return { _tag: "Between", value: left, low, high: yield* parseSum(cursor) }
  })

const parseSum = (cursor: Cursor): Parsed => parseArithmetic(cursor, ["+", "-"], parseProduct)
const parseProduct = (cursor: Cursor): Parsed => parseArithmetic(cursor, ["*", "/", "%"], parseNegative)

const parseArithmetic = (
  cursor: Cursor,
  operators: ReadonlyArray<ArithmeticOperator>,
  parseOperand: (cursor: Cursor) => Parsed,
): Parsed =>
  Result.gen(function* () {
    let left = yield* parseOperand(cursor)
    for (;;) {
      const operator = take(cursor, operators)
      if (operator === undefined) return left
      left = { _tag: "Arithmetic", operator, left, right: yield* parseOperand(cursor) }
    }
  })

const parseNegative = (cursor: Cursor): Parsed =>
  take(cursor, ["-"]) === undefined
    ? parseValue(cursor)
    : Result.map(nested(cursor, parseNegative), (operand) => ({ _tag: "Negative", operand }))

const constants = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["nil", null],
])

const parseValue = (cursor: Cursor): Parsed => {
  const token = peek(cursor)
  if (token.kind === "number" || token.kind === "string") {
    cursor.position += 1
    return Result.succeed({ _tag: "Literal", value: token.value })
  }
  const isCall = cursor.tokens[cursor.position + 1]?.text === "("
  if (token.kind === "path" && (!reserved.has(token.text) || (isCall && isFunction(token.text)))) {
    cursor.position += 1
    if (take(cursor, ["("]) !== undefined) return parseCall(cursor, token)
    const constant = constants.get(token.text)
    return Result.succeed(
      constant === undefined ? { _tag: "Reference", segments: token.segments } : { _tag: "Literal", value: constant },
    )
  }
  if (take(cursor, ["("]) !== undefined) return parseEnclosed(cursor, ")")
  if (take(cursor, ["{{"]) !== undefined) return parseEnclosed(cursor, "}}")
  return unexpected(cursor, "a value: a name, a number, a quoted text or a function")
}

const parseEnclosed = (cursor: Cursor, close: string): Parsed =>
  Result.gen(function* () {
    const expression = yield* nested(cursor, parseAny)
    if (take(cursor, [close]) === undefined) return yield* unexpected(cursor, `an operator or "${close}"`)
    return expression
  })

const parseCall = (cursor: Cursor, name: Token): Parsed =>
  Result.gen(function* () {
    const args: Array<Expression> = []
    if (take(cursor, [")"]) === undefined) {
      do {
        args.push(yield* parseArgument(cursor, name.text, args.length))
      } while (take(cursor, [","]) !== undefined)
      if (take(cursor, [")"]) === undefined) return yield* unexpected(cursor, `"," or ")"`)
    }
    yield* checkCall(name.text, args.length, name.column)
    return { _tag: "Call", name: name.text, args }
  })

/** The condition that `any`, `all` and `count` apply to each item may be quoted, as the original wants it. */
const parseArgument = (cursor: Cursor, name: string, index: number): Parsed => {
  const token = peek(cursor)
  if (token.kind === "string" && index === 1 && takesItemCondition(name)) {
    cursor.position += 1
    return nested(cursor, ({ reading, depth }) =>
      parseExpression(token.value, { ...reading, firstColumn: token.column + 1, depth }),
    )
  }
  return nested(cursor, parseAny)
}

const reserved = new Set(["and", "or", "not", "between", "contains", "matches"])

/** Whether a word means something in every expression, so that it names nothing. */
export const isKeyword = (text: string): boolean => reserved.has(text) || constants.has(text)

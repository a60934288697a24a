import * as Result from "effect/Result"
import type { Json } from "../../Json.ts"
import { LanguageError } from "../LanguageError.ts"
import { isList } from "../lookUp.ts"
import { matchesPattern } from "../matchesPattern.ts"
import { isContained, isTruthy, lengthOf } from "../values.ts"
import { dateTime, isJson, type Operand, type Resolved, type StrictContext } from "./strictContext.ts"
import { strictItems } from "./strictItems.ts"
import { strictLiteral } from "./strictLiteral.ts"

/**
 * The original's condition functions. Arguments that are texts are read as literals or paths, even
 * if they were values already; a wrong type gives `false` or 0, an unknown name or count an error.
 */
export const strictFunction = (name: string, args: ReadonlyArray<Operand>, context: StrictContext): Resolved => {
  const [first, second] = args
  if ((name === "any" || name === "all" || name === "count") && args.length === 2 && typeof second === "string") {
    return Result.flatMap(resolved(first ?? null, context), (items) => strictItems(name, items, second, context))
  }
  const called = functions.get(name)
  if (called === undefined || called.count !== args.length) {
    const problem = called === undefined ? "there is no such function" : `it takes ${called.count}`
    return Result.fail(
      new LanguageError({ message: `the condition calls ${name} with ${args.length} arguments: ${problem}` }),
    )
  }
  return Result.map(Result.all(args.map((argument) => resolved(argument, context))), (values) =>
    called.apply(...values.map((value) => (isJson(value) ? value : null))),
  )
}

const resolved = (argument: Operand, context: StrictContext): Resolved =>
  typeof argument === "string" ? strictLiteral(argument, context) : Result.succeed(argument)

interface StrictFunction {
  readonly count: number
  readonly apply: (...args: ReadonlyArray<Json>) => Operand
}

const of = (count: number, apply: StrictFunction["apply"]): StrictFunction => ({ count, apply })
const ofText = (apply: (text: string) => Json) =>
  of(1, (text = null) => (typeof text === "string" ? apply(text) : text))
const ofTexts = (apply: (text: string, other: string) => boolean) =>
  of(2, (text, other) => typeof text === "string" && typeof other === "string" && apply(text, other))
const ofNumber = (apply: (value: number) => number) =>
  of(1, (value) => (typeof value === "number" ? finite(apply(value)) : 0))
const ofItems = (apply: (items: ReadonlyArray<Json>) => Json, otherwise: Json) =>
  of(1, (items = null) => (isList(items) ? apply(items) : otherwise))
const ofNumbers = (apply: (numbers: ReadonlyArray<number>) => number | null, otherwise: number | null) =>
  ofItems((items) => {
    const numbers = items.filter((item) => typeof item === "number")
    return numbers.length === 0 ? otherwise : apply(numbers)
  }, otherwise)

const finite = (value: number): number => (Number.isFinite(value) ? value : 0)
const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, value) => total + value, 0)

const functions = new Map<string, StrictFunction>([
  ["contains", of(2, (haystack = null, needle = null) => isContained(needle, haystack))],
  ["matches", ofTexts((text, pattern) => Result.getOrElse(matchesPattern(text, pattern), () => false))],
  ["length", of(1, (value = null) => lengthOf(value))],
  ["startsWith", ofTexts((text, prefix) => text.startsWith(prefix))],
  ["endsWith", ofTexts((text, suffix) => text.endsWith(suffix))],
  ["toLowerCase", ofText((text) => text.toLowerCase())],
  ["toUpperCase", ofText((text) => text.toUpperCase())],
  ["trim", ofText((text) => text.trim())],
  ["any", ofItems((items) => items.some(isTruthy), false)],
  ["all", ofItems((items) => items.every(isTruthy), false)],
  ["count", ofItems((items) => items.length, 0)],
  ["sum", ofNumbers(sum, 0)],
  ["average", ofNumbers((numbers) => sum(numbers) / numbers.length, 0)],
  ["min", ofNumbers((numbers) => numbers.reduce((a, b) => Math.min(a, b)), null)],
  ["max", ofNumbers((numbers) => numbers.reduce((a, b) => Math.max(a, b)), null)],
  ["isEmpty", of(1, (value = null) => typeof value !== "boolean" && typeof value !== "number" && !isTruthy(value))],
  ["now", of(0, () => dateTime)],
  ["days", ofNumber((count) => count * 86_400)],
  ["hours", ofNumber((count) => count * 3_600)],
  ["minutes", ofNumber((count) => count * 60)],
  ["seconds", of(1, (value = null) => value)],
  ["abs", ofNumber(Math.abs)],
  ["round", ofNumber((value) => Math.sign(value) * Math.round(Math.abs(value)))],
  ["floor", ofNumber(Math.floor)],
  ["ceil", ofNumber(Math.ceil)],
  ["sqrt", ofNumber((value) => (value < 0 ? 0 : Math.sqrt(value)))],
  [
    "pow",
    of(2, (base, exponent) =>
      typeof base === "number" && typeof exponent === "number" ? finite(base ** exponent) : 0,
    ),
  ],
  [
    "between",
    of(3, (value, low, high) => {
      if (typeof value !== "number" || typeof low !== "number" || typeof high !== "number") return false
      return value >= low && value <= high
    }),
  ],
])

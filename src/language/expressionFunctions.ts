import * as Result from "effect/Result"
import type { Json } from "../Json.ts"
import { LanguageError } from "./LanguageError.ts"
import { isList } from "./lookUp.ts"
import { matchesPattern } from "./matchesPattern.ts"
import { didYouMean } from "./didYouMean.ts"
import { isBetween, isContained, isTruthy, lengthOf, numberOf, tidy } from "./values.ts"

type Answer = Result.Result<Json, LanguageError>

interface ExpressionFunction {
  readonly least: number
  readonly most: number
  readonly apply: (args: ReadonlyArray<Json>, startedAt: string) => Answer
}

/** Says whether a call is possible before anything is evaluated. */
export const checkCall = (name: string, count: number, column: number): Result.Result<void, LanguageError> => {
  const called = functions.get(name)
  const at = `at column ${column}`
  if (called === undefined) {
    return fail(`there is no function ${name} ${at}${didYouMean(name, [...functions.keys()])}`)
  }
  if (count >= called.least && count <= called.most) return Result.succeed(undefined)
  const wanted =
    called.most === Infinity
      ? `at least ${called.least}`
      : called.least === called.most
        ? `${called.least}`
        : `${called.least} to ${called.most}`
  return fail(`${name} ${at} takes ${wanted} argument${wanted === "1" ? "" : "s"}, not ${count}`)
}

/** Applies a function whose call was checked. `startedAt` is what `now()` says. */
export const callFunction = (name: string, args: ReadonlyArray<Json>, startedAt: string): Answer =>
  functions.get(name)?.apply(args, startedAt) ?? fail(`there is no function ${name}`)

export const isFunction = (name: string): boolean => functions.has(name)

/** Whether the second argument is a condition on each item of the first. */
export const takesItemCondition = (name: string): boolean => name === "any" || name === "all" || name === "count"

const fail = (message: string) => Result.fail(new LanguageError({ message }))
const exactly = (count: number, apply: (...args: ReadonlyArray<Json>) => Json): ExpressionFunction => ({
  least: count,
  most: count,
  apply: (args) => Result.succeed(apply(...args)),
})
const ofNumbers = (count: number, apply: (...args: ReadonlyArray<number>) => number): ExpressionFunction =>
  exactly(count, (...args) => tidy(apply(...args.map((value) => numberOf(value) ?? 0))))
const ofTexts = (apply: (text: string, other: string) => Json): ExpressionFunction =>
  exactly(2, (text = null, other = null) =>
    typeof text === "string" && typeof other === "string" ? apply(text, other) : false,
  )
const ofText = (apply: (text: string) => string): ExpressionFunction =>
  exactly(1, (text = null) => (typeof text === "string" ? apply(text) : text))
/** Of one list, or of all arguments. */
const ofList = (apply: (numbers: ReadonlyArray<number>) => number | null): ExpressionFunction => ({
  least: 1,
  most: Infinity,
  apply: (args) => {
    const [first = null] = args
    const items = args.length === 1 && isList(first) ? first : args.map((value) => numberOf(value) ?? null)
    const answer = apply(items.filter((value) => typeof value === "number"))
    return Result.succeed(answer === null ? null : tidy(answer))
  },
})
const ofItems = (apply: (items: ReadonlyArray<Json>) => Json): ExpressionFunction => ({
  least: 1,
  most: 2,
  apply: ([items = null]) => Result.succeed(apply(isList(items) ? items : [])),
})

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, value) => total + value, 0)
const least = (numbers: ReadonlyArray<number>) => numbers.reduce((a, b) => Math.min(a, b), Infinity)
const greatest = (numbers: ReadonlyArray<number>) => numbers.reduce((a, b) => Math.max(a, b), -Infinity)
/** Half goes away from zero. */
const round = (value: number, digits = 0): number => {
  const scale = 10 ** Math.max(0, Math.min(12, Math.trunc(digits)))
  return (Math.sign(value) * Math.round(Math.abs(value) * scale)) / scale
}

const functions = new Map<string, ExpressionFunction>([
  ["add", ofNumbers(2, (a = 0, b = 0) => a + b)],
  ["subtract", ofNumbers(2, (a = 0, b = 0) => a - b)],
  ["multiply", ofNumbers(2, (a = 0, b = 0) => a * b)],
  ["divide", ofNumbers(2, (a = 0, b = 0) => (b === 0 ? 0 : a / b))],
  ["pow", ofNumbers(2, (a = 0, b = 0) => a ** b)],
  ["abs", ofNumbers(1, (a = 0) => Math.abs(a))],
  ["sqrt", ofNumbers(1, (a = 0) => (a < 0 ? 0 : Math.sqrt(a)))],
  ["round", { ...ofNumbers(2, round), least: 1 }],
  ["floor", ofNumbers(1, (a = 0) => Math.floor(a))],
  ["ceil", ofNumbers(1, (a = 0) => Math.ceil(a))],
  ["min", ofList((numbers) => (numbers.length === 0 ? null : least(numbers)))],
  ["max", ofList((numbers) => (numbers.length === 0 ? null : greatest(numbers)))],
  ["sum", ofList(sum)],
  ["average", ofList((numbers) => (numbers.length === 0 ? 0 : sum(numbers) / numbers.length))],
  ["any", ofItems((items) => items.some(isTruthy))],
  ["all", ofItems((items) => items.every(isTruthy))],
  ["count", ofItems((items) => items.length)],
  ["contains", exactly(2, (haystack = null, needle = null) => isContained(needle, haystack))],
  ["matches", { least: 2, most: 2, apply: ([text = null, pattern = null]) => matchesPattern(text, pattern) }],
  ["startsWith", ofTexts((text, prefix) => text.startsWith(prefix))],
  ["endsWith", ofTexts((text, suffix) => text.endsWith(suffix))],
  ["toLowerCase", ofText((text) => text.toLowerCase())],
  ["toUpperCase", ofText((text) => text.toUpperCase())],
  ["trim", ofText((text) => text.trim())],
  ["length", exactly(1, (value = null) => lengthOf(value))],
  [
    "isEmpty",
    exactly(
      1,
      (value = null) => value === null || ((typeof value === "object" || value === "") && lengthOf(value) === 0),
    ),
  ],
  ["between", exactly(3, (value = null, low = null, high = null) => isBetween(value, low, high))],
  ["now", { least: 0, most: 0, apply: (_, startedAt) => Result.succeed(startedAt) }],
  ["seconds", ofNumbers(1, (count = 0) => count)],
  ["minutes", ofNumbers(1, (count = 0) => count * 60)],
  ["hours", ofNumbers(1, (count = 0) => count * 3_600)],
  ["days", ofNumbers(1, (count = 0) => count * 86_400)],
])

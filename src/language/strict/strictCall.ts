import * as Result from "effect/Result"
import type { Json } from "../../Json.ts"
import type { Scope } from "../../StepTask.ts"
import type { LanguageError } from "../LanguageError.ts"
import { own, isStrictReference, strictReference, strictVariable } from "./strictReference.ts"
import { strictText } from "./strictText.ts"

/** A number that prints with a decimal point even when it is whole, as the original's floats do. */
interface Numeric {
  readonly value: number
  readonly isFloat: boolean
}

/** What a template stands for, with its text where that is not the plain text of the value. */
export interface StrictValue {
  readonly value: Json
  readonly text?: string
}

export const isStrictCall = (expression: string): boolean => /^[a-zA-Z_][a-zA-Z0-9_]*\s*\(/.test(expression)

/** `{{multiply(a, 2)}}`: arguments are split at every comma; an unknown function prints itself. */
export const strictCall = (expression: string, scope: Scope): Result.Result<StrictValue, LanguageError> => {
  const call = /^([a-zA-Z_][a-zA-Z0-9_]*)\s*\((.*)\)$/.exec(expression)
  if (call === null) return Result.succeed({ value: expression })
  const [, name = "", written = ""] = call
  const args = written.split(",").map((argument) => argumentValue(argument.trim(), scope))
  const answer = compute(name, args.map(numeric))
  if (answer !== undefined) return Result.succeed(printed(answer))
  return Result.map(Result.all(args.map((argument) => strictText(argument))), (texts) => ({
    value: `${name}(${texts.join(", ")})`,
  }))
}

const argumentValue = (argument: string, scope: Scope): Json => {
  if (argument.startsWith("inputs.")) return own(scope.inputs, argument.slice("inputs.".length))
  if (argument.startsWith("global_vars.")) return own(scope.globalVars, argument.slice("global_vars.".length))
  if (isStrictReference(argument)) return strictReference(argument, scope) ?? `{{${argument}}}`
  if (argument.startsWith("state.")) return strictVariable(argument.slice("state.".length), scope)
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(argument)) return argument
  const variable = own(scope.variables, argument)
  return variable === null || variable === false ? argument : variable
}

const compute = (name: string, args: ReadonlyArray<Numeric>): Numeric | undefined => {
  const [first, second] = args
  if (first === undefined) return undefined
  if (name === "max") return args.reduce((a, b) => (b.value > a.value ? b : a))
  if (name === "min") return args.reduce((a, b) => (b.value < a.value ? b : a))
  if (second === undefined) {
    const whole = wholeNumber(name, first.value)
    return whole === undefined ? undefined : { value: whole, isFloat: false }
  }
  if (args.length > 2) return undefined
  const isFloat = first.isFloat || second.isFloat
  if (name === "multiply") return { value: first.value * second.value, isFloat }
  if (name === "add") return { value: first.value + second.value, isFloat }
  if (name === "subtract") return { value: first.value - second.value, isFloat }
  if (name !== "divide") return undefined
  return second.value === 0 ? { value: 0, isFloat: false } : { value: first.value / second.value, isFloat: true }
}

const wholeNumber = (name: string, value: number): number | undefined => {
  if (name === "round") return Math.sign(value) * Math.round(Math.abs(value))
  if (name === "floor") return Math.floor(value)
  return name === "ceil" ? Math.ceil(value) : undefined
}

const numeric = (value: Json): Numeric => {
  if (typeof value === "number") return { value, isFloat: !Number.isInteger(value) }
  if (typeof value !== "string" || !/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value))
    return { value: 0, isFloat: false }
  return value.includes(".")
    ? { value: Number(value), isFloat: true }
    : { value: Math.trunc(Number(value)), isFloat: false }
}

const printed = ({ value, isFloat }: Numeric): StrictValue => {
  if (!Number.isFinite(value)) return { value: null }
  const positive = value === 0 ? 0 : value
  return isFloat && Number.isInteger(value) ? { value: positive, text: `${positive}.0` } : { value: positive }
}

import * as Result from "effect/Result"
import type { Json, JsonObject } from "../../Json.ts"
import type { Scope } from "../../StepTask.ts"
import { LanguageError } from "../LanguageError.ts"
import { isList, isRecord } from "../lookUp.ts"
import { isTruthy } from "../values.ts"

/** What arithmetic on something that is no number comes to: true, equal to nothing, in no order. */
export const typeError: unique symbol = Symbol("type_error")
/** `now()`: a point in time that the original can neither compare nor calculate with. */
export const dateTime: unique symbol = Symbol("date_time")

export type Operand = Json | typeof typeError | typeof dateTime

export type Decision = Result.Result<boolean, LanguageError>
export type Resolved = Result.Result<Operand, LanguageError>

/** What a condition can see: results by step name, and under `@item` the item of `any`, `all`, `count`. */
export interface StrictContext {
  readonly results: JsonObject
  readonly startedAt: string
  /** Decides a condition on one item; given here, because it knows the functions that call it. */
  readonly decide: (sentence: string, context: StrictContext) => Decision
  readonly depth: number
  /** Sentences that may still be decided; shared by everything one condition decides. */
  readonly budget: { sentences: number }
}

export const strictContext = (scope: Scope, decide: StrictContext["decide"]): StrictContext => ({
  decide,
  results: { ...scope.results },
  startedAt: scope.run.startedAt,
  depth: 0,
  budget: { sentences: 50_000 },
})

export const isJson = (value: Operand): value is Json => typeof value !== "symbol"

export const isTrue = (value: Operand): boolean => !isJson(value) || isTruthy(value)

/** A path into the results; looking a name up in a text, number, boolean or list crashes the original. */
export const strictPath = (path: string, context: StrictContext): Result.Result<Json, LanguageError> => {
  let value: Json = context.results
  for (const key of path.split(".")) {
    if (value === null) return Result.succeed(null)
    if (!isRecord(value)) {
      const kind = isList(value) ? "list" : typeof value === "string" ? "text" : typeof value
      return Result.fail(
        new LanguageError({ message: `the condition looks up "${key}" of ${path} in a ${kind}: shorten the path` }),
      )
    }
    value = Object.hasOwn(value, key) ? (value[key] ?? null) : null
  }
  return Result.succeed(value)
}

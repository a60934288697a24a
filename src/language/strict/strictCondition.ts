import * as Result from "effect/Result"
import type { Condition } from "../../Condition.ts"
import type { Json } from "../../Json.ts"
import type { Scope } from "../../StepTask.ts"
import { LanguageError } from "../LanguageError.ts"
import { isList, isRecord } from "../lookUp.ts"
import { own } from "./strictReference.ts"
import { type Decision, type StrictContext, strictContext } from "./strictContext.ts"
import { strictInterpolate } from "./strictInterpolate.ts"
import { strictSentence } from "./strictSentence.ts"

/** A condition as pipeline_ex 0.1.1 decides it: templates are filled first, as text; what crashed it is an error. */
export const strictCondition = (condition: Condition, scope: Scope): Decision =>
  Result.flatMap(filled(condition, scope), (value) => decide(value, strictContext(scope, strictSentence)))

const filled = (condition: Condition, scope: Scope): Result.Result<Json, LanguageError> => {
  if (typeof condition === "boolean") return Result.succeed(condition)
  if (typeof condition === "string") return Result.map(strictInterpolate(condition, scope), ({ value }) => value)
  const all = (conditions: ReadonlyArray<Condition>) => Result.all(conditions.map((inner) => filled(inner, scope)))
  if ("and" in condition) return Result.map(all(condition.and), (and) => ({ and }))
  if ("or" in condition) return Result.map(all(condition.or), (or) => ({ or }))
  if ("not" in condition) return Result.map(filled(condition.not, scope), (not) => ({ not }))
  return all(condition)
}

const decide = (condition: Json, context: StrictContext): Decision => {
  if (condition === null) return Result.succeed(true)
  if (typeof condition === "string") return strictSentence(condition, context)
  if (isList(condition)) return chain(condition, context, false)
  if (!isRecord(condition)) return crash(`a ${typeof condition}`)
  const all = own(condition, "and")
  const any = own(condition, "or")
  if (isList(all)) return chain(all, context, false)
  if (isList(any)) return chain(any, context, true)
  if (Object.hasOwn(condition, "not")) return Result.map(decide(own(condition, "not"), context), (holds) => !holds)
  return crash("an object without and, or, not")
}

const chain = (conditions: ReadonlyArray<Json>, context: StrictContext, decisive: boolean): Decision =>
  Result.gen(function* () {
    for (const condition of conditions) {
      if ((yield* decide(condition, context)) === decisive) return decisive
    }
    return !decisive
  })

const crash = (what: string) =>
  Result.fail(
    new LanguageError({
      message: `the original format cannot decide a condition that is ${what}: write it as a text, or leave strict compatibility off`,
    }),
  )

import type { Json, JsonObject } from "../../Json.ts"
import type { Scope } from "../../StepTask.ts"
import { isRecord } from "../lookUp.ts"

/** The value of `inputs.…`, `global_vars.…` or `steps.…`; `undefined` where the original leaves the template as it is. */
export const strictReference = (expression: string, scope: Scope): Json | undefined => {
  if (expression.startsWith("inputs.")) return input(expression.slice("inputs.".length).split("."), scope)
  if (expression.startsWith("global_vars."))
    return own(scope.globalVars, expression.slice("global_vars.".length)) ?? undefined
  return stepResult(expression.slice("steps.".length).split("."), scope)
}

export const isStrictReference = (expression: string): boolean => /^(?:inputs|global_vars|steps)\./.test(expression)

/** `state.…`: a path through the variables; `null` where it ends. */
export const strictVariable = (path: string, scope: Scope): Json =>
  path.split(".").reduce<Json>((value, key) => (isRecord(value) ? own(value, key) : null), scope.variables)

/** The own value of a key; `null` where there is none. */
export const own = (record: JsonObject, key: string): Json =>
  Object.hasOwn(record, key) ? (record[key] ?? null) : null

const input = ([name = "", ...path]: ReadonlyArray<string>, scope: Scope): Json | undefined => {
  const value = own(scope.inputs, name)
  if (value === null) return undefined
  // A false value inside an input counts as not there, but a false input itself ends the path.
  if (path.length === 0 || value === false) return value
  const inside = nested(value, path)
  return inside === null || inside === false ? undefined : inside
}

const stepResult = ([step = "", ...path]: ReadonlyArray<string>, scope: Scope): Json | undefined => {
  const result = own(scope.results, step)
  if (!isRecord(result)) return undefined
  if (path.length === 0) return result
  const direct = nested(result, path)
  if (direct !== null) return direct
  const inner = own(result, "result")
  if (inner !== null) return nested(inner, path) ?? undefined
  return path.length === 1 && path[0] === "result" ? result : undefined
}

const nested = (value: Json, path: ReadonlyArray<string>): Json =>
  path.reduce<Json>((inner, key) => (isRecord(inner) ? own(inner, key) : null), value)

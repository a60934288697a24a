import * as Option from "effect/Option"
import type { Json, JsonObject } from "../Json.ts"
import type { Scope } from "../StepTask.ts"
import { isRecord, lookUpSegments, lookUpSegmentsInResult } from "./lookUp.ts"
import { didYouMean } from "./didYouMean.ts"
import { lengthOf } from "./values.ts"

/** What a name stands for. */
export type Resolved =
  | { readonly _tag: "Found"; readonly value: Json }
  /** Nothing, which old pipelines rely on: unknown variables, fields of skipped steps, `env.*`. */
  | { readonly _tag: "Blank" }
  | { readonly _tag: "Missing"; readonly message: string }

/**
 * Looks a reference up. A bare name is a variable, an input or a step in templates, and first of all
 * a step in conditions, as each meant in the original. `….length` is the length of what stands before it.
 */
export const resolveReference = (
  segments: ReadonlyArray<string>,
  scope: Scope,
  bareNames: "variables_first" | "steps_first",
): Resolved => {
  const resolved = resolveNamespace(segments, scope, bareNames)
  if (resolved._tag === "Found") return resolved
  if (segments.length > 1 && segments.at(-1) === "length") {
    const measured = resolveNamespace(segments.slice(0, -1), scope, bareNames)
    if (measured._tag === "Found") return found(lengthOf(measured.value))
  }
  // A step may be called like a namespace, such as `run` or `state`.
  const named = inResults(segments, scope)
  return named._tag === "Found" ? named : resolved
}

/** The names in scope that a hyphen is part of. */
export const hyphenatedNames = (scope: Scope): ReadonlyArray<string> =>
  [scope.results, scope.inputs, scope.variables, scope.globalVars]
    .flatMap((named) => Object.keys(named))
    .filter((name) => name.includes("-"))

const resolveNamespace = (
  segments: ReadonlyArray<string>,
  scope: Scope,
  bareNames: "variables_first" | "steps_first",
): Resolved => {
  const [namespace = "", ...path] = segments
  switch (namespace) {
    case "inputs":
      return inInputs(path, scope)
    case "steps":
      return inResults(path, scope)
    case "state":
    case "variables":
      return orBlank(lookUpSegments(scope.variables, path, "ours"))
    case "global_vars":
      return orBlank(lookUpSegments(scope.globalVars, path, "ours"))
    case "env":
      return blank
    default:
      return bare(segments, scope, bareNames)
  }
}

const bare = (
  segments: ReadonlyArray<string>,
  scope: Scope,
  bareNames: "variables_first" | "steps_first",
): Resolved => {
  const [name = "", ...path] = segments
  const inVariables = () => orBlank(lookUpSegments(scope.variables, segments, "ours"))
  if (bareNames === "steps_first" && Object.hasOwn(scope.results, name)) return inResults(segments, scope)
  if (Object.hasOwn(scope.variables, name)) return inVariables()
  if (Object.hasOwn(scope.inputs, name)) return inInputs(segments, scope)
  if (Object.hasOwn(scope.results, name)) return inResults(segments, scope)
  if (name === "timestamp" && path.length === 0) return found(scope.run.startedAt)
  if (name === "run" && path.length === 1) return orBlank(lookUpSegments({ ...scope.run }, path, "ours"))
  return blank
}

const inInputs = (path: ReadonlyArray<string>, scope: Scope): Resolved => {
  const [name, ...rest] = path
  if (name === undefined) return found(scope.inputs)
  const value = scope.inputs[name]
  if (value === undefined || !Object.hasOwn(scope.inputs, name)) {
    const hint = didYouMean(name, Object.keys(scope.inputs))
    return missing(`input "${name}" is not given${hint}: pass --input ${name}=…`)
  }
  const inside = lookUpSegments(value, rest, "ours")
  return Option.isSome(inside)
    ? found(inside.value)
    : missing(`input "${name}" has no "${rest.join(".")}"${available(value, rest[0])}`)
}

const inResults = (path: ReadonlyArray<string>, scope: Scope): Resolved => {
  const [step, ...rest] = path
  if (step === undefined) return found({ ...scope.results })
  const result = scope.results[step]
  if (result === undefined || !Object.hasOwn(scope.results, step)) {
    const hint = didYouMean(step, Object.keys(scope.results))
    return missing(`step "${step}" has no result yet${hint}: refer to a step that runs before this one`)
  }
  if (rest.length === 0) return found(result)
  const value = fieldOf(result, rest)
  if (Option.isSome(value)) return found(value.value)
  if (result["skipped"] === true) return blank
  return missing(`the result of step "${step}" has no field "${rest.join(".")}"${available(result, rest[0])}`)
}

/** A field, or the same field inside `result`, where nested pipelines keep theirs; `result` itself is always there. */
const fieldOf = (result: JsonObject, path: ReadonlyArray<string>): Option.Option<Json> => {
  const direct = lookUpSegmentsInResult(result, path)
  if (Option.isSome(direct)) return direct
  const inner = result["result"]
  if (inner !== undefined && isRecord(inner)) return lookUpSegmentsInResult(inner, path)
  return path.length === 1 && path[0] === "result" ? Option.some(result) : Option.none()
}

const available = (value: Json, wanted = ""): string => {
  if (!isRecord(value)) return ": it is not an object"
  const keys = Object.keys(value).toSorted()
  return keys.length === 0 ? ": it is empty" : `${didYouMean(wanted, keys)}; it has: ${keys.join(", ")}`
}

const found = (value: Json): Resolved => ({ _tag: "Found", value })
const missing = (message: string): Resolved => ({ _tag: "Missing", message })
const blank: Resolved = { _tag: "Blank" }
const orBlank = (value: Option.Option<Json>): Resolved => (Option.isSome(value) ? found(value.value) : blank)

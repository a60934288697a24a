import * as Option from "effect/Option"
import type { Json, JsonObject } from "../../Json.ts"
import type { Dialect } from "../../language/Dialect.ts"
import { lookUpInResult } from "../../language/lookUp.ts"
import { prettyJson, renderValue } from "../../language/prettyJson.ts"
import type { PreviousResponsePart } from "../../PromptPart.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"

/**
 * The text of a `previous_response` part: the whole result as JSON, or the value at `extract`. A
 * value that is null, or missing where `strict` is false, reads `nil`, as in the original format.
 */
export const previousResponse = (
  part: typeof PreviousResponsePart.Type,
  task: StepTask,
  dialect: Dialect,
): string | StepFailure => {
  const { results } = task.scope
  const result = Object.hasOwn(results, part.step) ? results[part.step] : undefined
  if (result === undefined) return hasNotRun(part.step, task)
  if (part.extract === undefined) return dialect === "ours" ? prettyJson(result) : withFloats(prettyJson(result))
  const found = lookUpInResult(result, part.extract, dialect)
  if (Option.isSome(found)) return textOf(found.value, part.extract, dialect)
  return part.strict === false ? "nil" : hasNoField(part.extract, part.step, result, task)
}

const textOf = (value: Json, path: string, dialect: Dialect): string => {
  if (value === null) return "nil"
  if (dialect === "ours" || typeof value === "string") return renderValue(value)
  return path === "cost" && Number.isInteger(value) ? `${value}.0` : withFloats(prettyJson(value))
}

/** The original's `cost` is a float and keeps its dot; of other numbers JSON does not tell. */
const withFloats = (json: string): string => json.replace(/^( +"cost": -?\d+)(,?)$/gm, "$1.0$2")

const hasNotRun = (step: string, task: StepTask): StepFailure =>
  new StepFailure({
    reason: "invalid_input",
    message: `Step "${task.step.name}": the prompt wants the answer of step "${step}", which ${whyNot(step, task)}`,
  })

const whyNot = (step: string, task: StepTask): string => {
  if (task.laterSteps?.includes(step)) return "comes later. Move that step before this one."
  if (step === task.step.name) return "is this very step. Name a step before it."
  return `has not run. ${available("Steps with an answer so far", Object.keys(task.scope.results))}`
}

const hasNoField = (extract: string, step: string, result: JsonObject, task: StepTask): StepFailure =>
  new StepFailure({
    reason: "invalid_input",
    message:
      `Step "${task.step.name}": field "${extract}" was not found in the answer of step "${step}"` +
      `${result["skipped"] === true ? ", which was skipped" : ""}. ${available("Available fields", Object.keys(result))} ` +
      'Correct "extract", or set "strict: false" to render "nil" instead.',
  })

const available = (what: string, names: ReadonlyArray<string>): string =>
  `${what}: ${names.length === 0 ? "none" : names.toSorted().join(", ")}.`

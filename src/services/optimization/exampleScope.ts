import type { Example } from "../../Example.ts"
import type { Json, JsonObject } from "../../Json.ts"
import { isRecord } from "../../language/lookUp.ts"
import type { Signature } from "../../Signature.ts"
import type { Scope } from "../../StepTask.ts"

/**
 * What the templates of a step see when an example stands for what came before it: its inputs as the run's inputs and,
 * for inputs that the signature takes from earlier steps (`{{steps.classify.text}}`), as results of these.
 */
export const exampleScope = (
  { inputs: fields }: Pick<Signature, "inputs">,
  { inputs }: Pick<Example, "inputs">,
): Pick<Scope, "inputs" | "results" | "variables"> => {
  let scope: JsonObject = { inputs, results: {}, variables: {} }
  for (const { name, template } of fields) {
    const value = inputs[name]
    if (template !== undefined && value !== undefined) scope = withValue(scope, placeOf(template), value)
  }
  return { inputs: objectAt(scope, "inputs"), results: resultsOf(scope), variables: objectAt(scope, "variables") }
}

/** Where a template that is one path reads from; computed templates have no such place. */
const placeOf = (template: string): ReadonlyArray<string> => {
  const path = /^\{\{\s*([\w-]+(?:\.[\w-]+)*)\s*\}\}$/.exec(template.trim())?.[1]
  const [head = "", ...rest] = path?.split(".") ?? []
  if (head === "inputs" || head === "variables") return [head, ...rest]
  if (head === "steps" || head === "results") return ["results", ...rest]
  return rest.length === 0 ? [] : ["results", head, ...rest]
}

const withValue = (object: JsonObject, [head, ...rest]: ReadonlyArray<string>, value: Json): JsonObject =>
  head === undefined
    ? object
    : { ...object, [head]: rest.length === 0 ? value : withValue(objectAt(object, head), rest, value) }

const objectAt = (object: JsonObject, key: string): JsonObject => {
  const value = Object.hasOwn(object, key) ? object[key] : undefined
  return value !== undefined && isRecord(value) ? value : {}
}

const resultsOf = (scope: JsonObject): Scope["results"] =>
  Object.fromEntries(
    Object.entries(objectAt(scope, "results")).flatMap(([step, result]) => (isRecord(result) ? [[step, result]] : [])),
  )

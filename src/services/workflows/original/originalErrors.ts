import type { Finding } from "../Finding.ts"
import { isAccessible, original, originalCrash } from "./originalFinding.ts"
import { originalReferenceErrors, originalStepErrors } from "./originalStepErrors.ts"
import { isAbsent, isList, isMap, valueOf } from "../rawValue.ts"

/**
 * What pipeline_ex 0.1.1 says of a workflow, in its words and its order; nothing where it accepts it.
 * The first one is its verdict.
 *
 * Source: lib/pipeline/config.ex of nshkrdotcom/pipeline_ex at ff625ec.
 */
export function* originalErrors(root: unknown): Generator<Finding> {
  if (!isAccessible(root)) return yield originalCrash([])
  const workflow = valueOf(root, "workflow")
  if (isAbsent(workflow)) {
    return yield original(
      ["workflow"],
      `Configuration missing required 'workflow' section. Expected format: {"workflow": {...}}`,
    )
  }
  if (!isMap(workflow)) return yield originalCrash(["workflow"])
  if (isAbsent(workflow["name"])) {
    yield original(["workflow", "name"], `Workflow missing required 'name' field. Add: name: "your_workflow_name"`)
  }
  const steps = workflow["steps"]
  if (!isList(steps)) {
    return yield original(
      ["workflow", "steps"],
      `Workflow missing required 'steps' array. Expected format: steps: [{"name": "step1", "type": "claude", ...}]`,
    )
  }
  if (steps.length === 0) {
    yield original(
      ["workflow", "steps"],
      "Workflow must contain at least one step. Add at least one step to the 'steps' array",
    )
  }
  const functions = workflow["gemini_functions"]
  yield* originalFunctionErrors(functions)
  const names = isMap(functions) ? Object.keys(functions) : []
  for (const [index, step] of steps.entries()) yield* originalStepErrors(step, ["workflow", "steps", index], names)
  yield* originalReferenceErrors(steps)
}

function* originalFunctionErrors(functions: unknown): Generator<Finding> {
  const path = ["workflow", "gemini_functions"]
  if (isAbsent(functions)) return
  if (!isMap(functions)) return yield original(path, "gemini_functions must be a map of function definitions")
  for (const name of Object.keys(functions).toSorted()) {
    const definition = functions[name]
    const at = [...path, name]
    if (!isMap(definition)) yield original(at, `Function '${name}' definition must be a map`)
    else if (isAbsent(definition["description"])) yield original(at, `Function '${name}' missing 'description' field`)
    else if (isAbsent(definition["parameters"])) yield original(at, `Function '${name}' missing 'parameters' field`)
    else if (!isMap(definition["parameters"])) yield original(at, `Function '${name}' parameters must be a map`)
  }
}

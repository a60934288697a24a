import { checkConfigs } from "./checkConfigs.ts"
import { checkFunctions } from "./checkFunctions.ts"
import { checkInside } from "./checkInside.ts"
import { checkReferences } from "./checkReferences.ts"
import { checkStep } from "./checkStep.ts"
import { errorAt, type DocumentPath, type Finding, warningAt } from "../Finding.ts"
import { workflowLimits } from "../limits.ts"
import { nearestName } from "../../../nearestName.ts"
import { isAbsent, isList, isMap, kindOf, quoted, type RawMap, textOf, valueOf } from "../rawValue.ts"
import { formatStepTypes } from "../stepKeys.ts"
import { stepNames, stepsInside, type Surroundings } from "../Surroundings.ts"

/** Everything wrong with the content of a workflow file, as far as running it is concerned. */
export const checkWorkflow = (root: unknown, stepTypes: ReadonlyArray<string>): ReadonlyArray<Finding> => {
  if (isAbsent(root)) return [errorAt([], `The file is empty. ${example}`)]
  if (!isMap(root)) return [errorAt([], `The root of the file is ${kindOf(root)}, not a map. ${example}`)]
  const workflow = root["workflow"]
  if (isAbsent(workflow)) return [noWorkflow(root)]
  if (!isMap(workflow)) return [errorAt(["workflow"], `'workflow' is ${kindOf(workflow)}, not a map. ${example}`)]
  return [
    ...checkName(workflow),
    ...checkFunctions(workflow["gemini_functions"]),
    ...checkDefaults(workflow),
    ...checkSteps(workflow, stepTypes),
    ...checkConfigs(workflow),
  ]
}

const example = "A workflow file begins with 'workflow:', with 'name' and 'steps' indented below it."

const noWorkflow = (root: RawMap): Finding => {
  if ("workflow" in root) return errorAt(["workflow"], `There is nothing below 'workflow'. ${example}`)
  const near = nearestName("workflow", Object.keys(root))
  if (near !== undefined) {
    return {
      ...errorAt([near], `There is no key 'workflow' at the root. Rename '${near}' to 'workflow'?`),
      atKey: true,
    }
  }
  const hint = "steps" in root ? "Put a line 'workflow:' at the top and indent everything below it." : example
  return errorAt(["workflow"], `There is no key 'workflow' at the root. ${hint}`)
}

const checkName = (workflow: RawMap): ReadonlyArray<Finding> => {
  const name = workflow["name"]
  const path = ["workflow", "name"]
  if (isAbsent(name)) return [errorAt(path, `The workflow has no name. Add 'name: my_workflow' below 'workflow'.`)]
  if (textOf(name) === "") return [warningAt(path, "The name of the workflow is empty: it is called 'workflow'.")]
  return typeof name === "object"
    ? [warningAt(path, `The name of the workflow is ${kindOf(name)}; text is expected. It is called ${quoted(name)}.`)]
    : []
}

const checkDefaults = (workflow: RawMap): ReadonlyArray<Finding> =>
  ["defaults", "global_vars"].flatMap((key) => {
    const value = workflow[key]
    return isAbsent(value) || isMap(value)
      ? []
      : [warningAt(["workflow", key], `'${key}' is ${kindOf(value)}, not a map; it is ignored.`)]
  })

const checkSteps = (workflow: RawMap, stepTypes: ReadonlyArray<string>): ReadonlyArray<Finding> => {
  const steps = workflow["steps"]
  const path = ["workflow", "steps"]
  if (isAbsent(steps))
    return [errorAt(path, "The workflow has no steps. Add a list 'steps', each with 'name' and 'type'.")]
  if (!isList(steps)) return [errorAt(path, `'steps' is ${kindOf(steps)}, not a list. Begin each step with '- name:'.`)]
  if (steps.length === 0) return [errorAt(path, "The list of steps is empty. Add at least one step.")]
  if (countSteps(steps) > workflowLimits.maxSteps) {
    return [errorAt(path, `The workflow has ${countSteps(steps)} steps; the limit is ${workflowLimits.maxSteps}.`)]
  }
  const surroundings: Surroundings = {
    steps: stepNames(steps),
    functions: Object.keys(isMap(workflow["gemini_functions"]) ? workflow["gemini_functions"] : {}),
    types: [...formatStepTypes, ...stepTypes],
  }
  return [
    ...steps.flatMap((step, index) => [
      ...checkStep(step, [...path, index], surroundings),
      ...checkReferences(step, [...path, index], surroundings),
      ...checkInside(step, [...path, index], surroundings),
    ]),
    ...duplicateNames(steps, path),
  ]
}

const countSteps = (steps: ReadonlyArray<unknown>): number =>
  steps.reduce<number>((sum, step) => sum + 1 + countSteps(stepsInside(step)?.steps ?? []), 0)

const duplicateNames = (steps: ReadonlyArray<unknown>, path: DocumentPath): ReadonlyArray<Finding> => {
  const seen = new Set<string>()
  return steps.flatMap((step, index) => {
    const name = textOf(valueOf(step, "name"))
    if (name !== "" && !seen.has(name)) return seen.add(name), []
    return name === ""
      ? []
      : [warningAt([...path, index, "name"], `An earlier step is called ${quoted(name)} too: the last result wins.`)]
  })
}

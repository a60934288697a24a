import { checkStepBudget } from "./checkBudget.ts"
import { checkPrompt } from "./checkPrompt.ts"
import { checkStepKeys } from "./checkStepKeys.ts"
import { errorAt, type DocumentPath, type Finding, warningAt } from "../Finding.ts"
import { didYouMean, supply } from "../suggestions.ts"
import { isAbsent, isList, isMap, kindOf, quoted, type RawMap, textOf } from "../rawValue.ts"
import { labelOf, type Surroundings } from "../Surroundings.ts"

/** What is wrong with one step taken by itself: name, type, prompt, and what its type requires. */
export const checkStep = (step: unknown, path: DocumentPath, surroundings: Surroundings): ReadonlyArray<Finding> => {
  if (!isMap(step)) return [errorAt(path, `This step is ${kindOf(step)}, not a map with 'name' and 'type'.`)]
  return [
    ...checkName(step, path),
    ...checkType(step, path, surroundings),
    ...checkStepKeys(step, path),
    ...checkPrompt(step, path),
    ...checkStepBudget(step["budget"], [...path, "budget"]),
    ...checkFunctionNames(step, path, surroundings),
  ]
}

const checkName = (step: RawMap, path: DocumentPath): ReadonlyArray<Finding> => {
  const name = step["name"]
  const at = [...path, "name"]
  if (isAbsent(name)) {
    return [errorAt(at, `The step has no name. ${supply("name", step, "Add 'name'.")}`)]
  }
  if (textOf(name) === "") return [warningAt(at, "The name of the step is empty: it is called by its number.")]
  return typeof name === "object"
    ? [warningAt(at, `The name of the step is ${kindOf(name)}; text is expected. It is called ${quoted(name)}.`)]
    : []
}

const checkType = (step: RawMap, path: DocumentPath, { types }: Surroundings): ReadonlyArray<Finding> => {
  const type = step["type"]
  const at = [...path, "type"]
  if (isAbsent(type)) {
    const hint = supply("type", step, `Add 'type', one of: ${types.join(", ")}.`)
    return [errorAt(at, `${labelOf(step)} has no type. ${hint}`)]
  }
  if (typeof type === "string" && types.includes(type)) return []
  return [
    errorAt(at, `Unknown step type ${quoted(type)}.${typeHint(textOf(type), types)} Known types: ${types.join(", ")}.`),
  ]
}

/** Step types that documents propose for optimized steps: here any step with a signature can be optimized. */
const typeHint = (type: string, types: ReadonlyArray<string>): string => {
  if (/^dsp(y|ex)_.*gemini/.test(type)) return " Use 'type: gemini' with a 'signature'."
  return /^dsp(y|ex)_/.test(type) ? " Use 'type: claude' with a 'signature'." : didYouMean(type, types)
}

const checkFunctionNames = (step: RawMap, path: DocumentPath, { functions }: Surroundings): ReadonlyArray<Finding> => {
  const names = step["functions"]
  const at = [...path, "functions"]
  if (isAbsent(names)) return []
  if (!isList(names))
    return [errorAt(at, `'functions' is ${kindOf(names)}, not a list of names from 'gemini_functions'.`)]
  return names.flatMap((name, index) =>
    functions.includes(textOf(name))
      ? []
      : [
          {
            ...errorAt([...at, index], `There is no function ${quoted(name)} in 'gemini_functions'.`),
            hint: () => didYouMean(textOf(name), functions),
          },
        ],
  )
}

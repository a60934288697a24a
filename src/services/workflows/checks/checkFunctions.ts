import { errorAt, type Finding } from "../Finding.ts"
import { isAbsent, isMap, kindOf } from "../rawValue.ts"

/** `gemini_functions`: each with a `description` and a map of `parameters`. */
export const checkFunctions = (functions: unknown): ReadonlyArray<Finding> => {
  const path = ["workflow", "gemini_functions"]
  if (isAbsent(functions)) return []
  if (!isMap(functions))
    return [errorAt(path, `'gemini_functions' is ${kindOf(functions)}, not a map of functions by name.`)]
  return Object.entries(functions).flatMap(([name, definition]) => {
    const at = [...path, name]
    if (!isMap(definition)) {
      return [
        errorAt(at, `Function '${name}' is ${kindOf(definition)}, not a map with 'description' and 'parameters'.`),
      ]
    }
    return [
      ...(isAbsent(definition["description"])
        ? [errorAt([...at, "description"], `Function '${name}' has no 'description'. Say what it does.`)]
        : []),
      ...(isMap(definition["parameters"])
        ? []
        : [errorAt([...at, "parameters"], `Function '${name}' needs 'parameters': a map, as in JSON Schema.`)]),
    ]
  })
}

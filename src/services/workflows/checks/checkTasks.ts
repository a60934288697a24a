import { checkParts } from "./checkPrompt.ts"
import { asWarning, type DocumentPath, type Finding, warningAt } from "../Finding.ts"
import { isAbsent, isList, isMap, kindOf } from "../rawValue.ts"

/** The tasks of a batch or parallel step: warnings only, since the format refuses none of these. */
export const checkTasks = (tasks: unknown, path: DocumentPath): ReadonlyArray<Finding> => {
  if (!isList(tasks))
    return [warningAt(path, `This is ${kindOf(tasks)}, not a list of tasks, so the step fails when it runs.`)]
  if (tasks.length === 0) return [warningAt(path, "The list of tasks is empty, so the step does nothing.")]
  return tasks.flatMap((task, index) => {
    const at = [...path, index]
    if (!isMap(task)) return [warningAt(at, `This task is ${kindOf(task)}, not a map with a 'prompt'.`)]
    const prompt = task["prompt"]
    if (isAbsent(prompt)) {
      return isAbsent(task["file"]) ? [warningAt([...at, "prompt"], "This task has no 'prompt'.")] : []
    }
    return typeof prompt === "string" ? [] : checkParts(prompt, [...at, "prompt"]).map(asWarning)
  })
}

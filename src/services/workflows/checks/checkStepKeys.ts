import { checkTasks } from "./checkTasks.ts"
import { isCondition } from "../condition.ts"
import { errorAt, type DocumentPath, type Finding, warningAt } from "../Finding.ts"
import { isAbsent, isList, isMap, kindOf, quoted, type RawMap, valueOf } from "../rawValue.ts"
import { labelOf } from "../Surroundings.ts"

/** What the type of a step requires, and values that cannot be used. */
export const checkStepKeys = (step: RawMap, path: DocumentPath): ReadonlyArray<Finding> => [
  ...checkRequired(step, path),
  ...checkClaudeOptions(step, path),
  ...checkCondition(step, path),
  ...checkOutputFile(step, path),
]

const checkRequired = (step: RawMap, path: DocumentPath): ReadonlyArray<Finding> => {
  const label = labelOf(step)
  switch (step["type"]) {
    case "parallel_claude":
      return isAbsent(step["parallel_tasks"])
        ? [errorAt([...path, "parallel_tasks"], `${label} has no 'parallel_tasks': a list of 'id' and 'prompt'.`)]
        : checkTasks(step["parallel_tasks"], [...path, "parallel_tasks"])
    case "claude_batch":
      if (!isAbsent(step["tasks"])) return checkTasks(step["tasks"], [...path, "tasks"])
      return isAbsent(step["prompt"])
        ? [errorAt([...path, "tasks"], `${label} has neither 'tasks' nor 'prompt'. Add one of them.`)]
        : []
    case "for_loop":
    case "while_loop":
      return isList(step["steps"]) && step["steps"].length > 0
        ? []
        : [warningAt([...path, "steps"], `${label} has no 'steps', so it fails when it runs. Add a list of steps.`)]
    case "pipeline":
      return checkPipelineSource(step, path)
    default:
      return []
  }
}

const checkPipelineSource = (step: RawMap, path: DocumentPath): ReadonlyArray<Finding> => {
  const sources = ["pipeline_file", "pipeline", "pipeline_ref"].filter((key) => !isAbsent(step[key]))
  const label = labelOf(step)
  if (sources.includes("pipeline_ref")) {
    return [warningAt([...path, "pipeline_ref"], `'pipeline_ref' is not supported. Use 'pipeline_file' or 'pipeline'.`)]
  }
  if (sources.length === 1) return []
  return sources.length === 0
    ? [warningAt(path, `${label} has neither 'pipeline_file' nor 'pipeline', so it fails when it runs. Add one.`)]
    : [warningAt([...path, "pipeline"], `${label} has both 'pipeline_file' and 'pipeline': the file is used.`)]
}

const streamHandlers = ["console", "simple", "debug", "file", "callback", "buffer"]

const checkClaudeOptions = (step: RawMap, path: DocumentPath): ReadonlyArray<Finding> => {
  const options = step["claude_options"]
  const at = [...path, "claude_options"]
  const severity = step["type"] === "claude" ? errorAt : warningAt
  if (isAbsent(options)) return []
  if (!isMap(options)) return [severity(at, `'claude_options' is ${kindOf(options)}, not a map.`)]
  const streaming = valueOf(options, "async_streaming")
  if (isAbsent(streaming) || streaming === false) return []
  if (streaming !== true)
    return [severity([...at, "async_streaming"], `'async_streaming' is ${kindOf(streaming)}; use true or false.`)]
  const handler = options["stream_handler"]
  const size = options["stream_buffer_size"]
  return [
    ...(isAbsent(handler) || streamHandlers.some((known) => known === handler)
      ? []
      : [
          severity(
            [...at, "stream_handler"],
            `Unknown stream handler ${quoted(handler)}. Known: ${streamHandlers.join(", ")}.`,
          ),
        ]),
    ...(isAbsent(size) || (typeof size === "number" && Number.isInteger(size) && size > 0)
      ? []
      : [
          severity(
            [...at, "stream_buffer_size"],
            `'stream_buffer_size' is ${kindOf(size)}; use a whole number above 0.`,
          ),
        ]),
  ]
}

const checkCondition = (step: RawMap, path: DocumentPath): ReadonlyArray<Finding> =>
  isAbsent(step["condition"]) || isCondition(step["condition"])
    ? []
    : [
        warningAt(
          [...path, "condition"],
          `The condition is ${kindOf(step["condition"])} that cannot be evaluated, so the step is skipped. Write an expression, a list, or a map with 'and', 'or' or 'not'.`,
        ),
      ]

const checkOutputFile = (step: RawMap, path: DocumentPath): ReadonlyArray<Finding> => {
  const file = step["output_to_file"]
  return typeof file === "object" && file !== null
    ? [
        warningAt(
          [...path, "output_to_file"],
          `'output_to_file' is ${kindOf(file)}, not a file name; nothing is written.`,
        ),
      ]
    : []
}

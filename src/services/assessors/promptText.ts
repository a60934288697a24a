import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { interpolateText } from "../../language/interpolate.ts"
import { lookUpInResult } from "../../language/lookUp.ts"
import { renderValue } from "../../language/prettyJson.ts"
import type { PromptPart } from "../../PromptPart.ts"
import type { StepTask } from "../../StepTask.ts"
import { dialectOf } from "../executors/filledTask.ts"

/** What a step's prompt asks for, as far as it can be told without reading files: these are named. */
export const promptText = (task: StepTask): string => {
  const parts = (task.step.prompt ?? []).map((part) => partText(part, task)).filter((text) => text.trim() !== "")
  return parts.length === 0 ? `step "${task.step.name}" of type ${task.step.type}` : parts.join("\n")
}

const partText = (part: PromptPart, task: StepTask): string => {
  switch (part.type) {
    case "static":
      return filled(part.content, task)
    case "file":
      return `(the content of the file ${filled(part.path, task)})`
    case "previous_response": {
      const result = task.scope.results[filled(part.step, task)] ?? {}
      const path = part.extract === undefined ? "text" : filled(part.extract, task)
      return Option.match(lookUpInResult(result, path, dialectOf(task.settings)), {
        onNone: () => "",
        onSome: renderValue,
      })
    }
    case "session_context":
    case "claude_continue":
      return ""
  }
}

/** A template that cannot be filled stays as it is written. */
const filled = (template: string, { scope, settings }: StepTask): string =>
  Result.match(interpolateText(template, scope, dialectOf(settings)), {
    onSuccess: ({ text }) => text,
    onFailure: () => template,
  })

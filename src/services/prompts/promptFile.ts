import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"

/**
 * The content of a file part: as it came with the run, else from the working directory of the process, else from beside
 * the workflow file. The original format knows the working directory only.
 */
export const promptFile = Effect.fnUntraced(function* (file: string, task: Pick<StepTask, "step" | "settings">) {
  const brought = task.settings.files
  if (brought !== undefined && Object.hasOwn(brought, file)) return brought[file] ?? ""
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { workingDirectory, directory, strictCompat } = task.settings
  const here = workingDirectory === undefined ? file : path.resolve(workingDirectory, file)
  const places = [here, ...(strictCompat ? [] : [path.resolve(directory, file)])]

  for (const place of places) {
    const content = yield* Effect.result(files.readFileString(place))
    if (content._tag === "Success") return content.success
    if (content.failure.reason._tag !== "NotFound") return yield* unreadable(path.resolve(place), content.failure, task)
  }
  return yield* notFound(file, [...new Set(places.map((place) => path.resolve(place)))], task)
})

const notFound = (file: string, places: ReadonlyArray<string>, task: Pick<StepTask, "step">): StepFailure =>
  new StepFailure({
    reason: "invalid_input",
    message:
      `Step "${task.step.name}": the prompt's file "${file}" does not exist. Looked in ` +
      `${places.join(" (working directory) and ")}${places.length > 1 ? " (beside the workflow)" : " (working directory)"}.`,
  })

const unreadable = (place: string, error: PlatformError, task: Pick<StepTask, "step">): StepFailure =>
  new StepFailure({
    reason: "invalid_input",
    message: `Step "${task.step.name}": the prompt's file ${place} cannot be read: ${error.reason.message}`,
  })

import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { FilePart } from "../../PromptPart.ts"
import type { Step } from "../../Step.ts"
import type { RunSettings } from "../../StepTask.ts"
import { promptFile } from "./promptFile.ts"

/**
 * The texts of the prompt files of steps, by their paths as they are written. Left out are those whose path is a template
 * and those that cannot be read: whoever runs the step looks for them.
 */
export const promptFilesOf = (
  steps: ReadonlyArray<Step>,
  settings: RunSettings,
): Effect.Effect<Readonly<Record<string, string>>, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const files: Record<string, string> = {}
    for (const step of steps) {
      for (const path of filePaths(step)) {
        const text = yield* Effect.option(promptFile(path, { step, settings }))
        if (text._tag === "Some") files[path] = text.value
      }
    }
    return files
  })

/** The paths of all file parts in it: of its prompt, and of those of its parallel tasks. */
const filePaths = (value: unknown): ReadonlyArray<string> => {
  if (Array.isArray(value)) return value.flatMap(filePaths)
  if (!Predicate.isObject(value)) return []
  return isFilePart(value) ? (value.path.includes("{{") ? [] : [value.path]) : Object.values(value).flatMap(filePaths)
}

const isFilePart = Schema.is(FilePart)

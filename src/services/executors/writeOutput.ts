import process from "node:process"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Result from "effect/Result"
import { interpolateText } from "../../language/interpolate.ts"
import { prettyJson } from "../../language/prettyJson.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { dialectOf, templateFailure } from "./filledTask.ts"
import type { StepAnswer } from "./TrackExecutor.ts"

/**
 * Writes the answer of a finished step to its `output_to_file`, if it has one, and gives the path.
 * The file appears whole or not at all. It holds the result's text; under strict compatibility the
 * whole result as JSON.
 */
export const deliver = Effect.fnUntraced(function* (
  task: StepTask,
  { result }: Pick<StepAnswer, "result">,
): Effect.fn.Return<string | undefined, StepFailure, FileSystem.FileSystem | Path.Path> {
  const template = task.step.output_to_file
  if (template === undefined) return undefined
  const filled = interpolateText(template, task.scope, dialectOf(task.settings))
  if (Result.isFailure(filled)) return yield* templateFailure(filled.failure, task)

  const target = yield* targetOf(filled.success.text, task)
  const { text } = result
  yield* writeWhole(target, typeof text === "string" && !task.settings.strictCompat ? text : prettyJson(result), task)
  return target
})

/** Only strict compatibility lets a path leave the output directory. */
const targetOf = Effect.fnUntraced(function* (name: string, { settings, step }: StepTask) {
  const path = yield* Path.Path
  const directory = path.resolve(settings.outputDir)
  if (settings.strictCompat) return path.join(directory, name)

  const target = path.resolve(directory, name)
  if (!path.isAbsolute(name) && target.startsWith(`${directory}${path.sep}`)) return target
  return yield* new StepFailure({
    reason: "invalid_input",
    message:
      `Step "${step.name}": output_to_file "${name}" does not name a file inside the output directory ${directory}. ` +
      'Write a relative path without "..".',
  })
})

/** The parts lie together, so that what killed processes of the run left goes with them. */
const writeWhole = Effect.fnUntraced(function* (target: string, content: string, task: StepTask) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const parts = path.join(path.dirname(target), `.${path.basename(target)}.${task.runId}.partial`)
  // A process that another one has taken the run over from may still be at it, and either takes the other's part away.
  const part = path.join(parts, `${process.pid}`)
  const write = files
    .makeDirectory(parts, { recursive: true })
    .pipe(
      Effect.andThen(files.writeFileString(part, content)),
      Effect.andThen(files.rename(part, target)),
      Effect.retry({ times: 3, while: ({ reason }) => reason._tag === "NotFound" }),
      Effect.ensuring(Effect.ignore(files.remove(parts, { recursive: true, force: true }))),
    )
  yield* files.makeDirectory(path.dirname(target), { recursive: true }).pipe(
    Effect.andThen(write),
    Effect.mapError(
      (error) =>
        new StepFailure({
          reason: "output_unwritable",
          message:
            `Step "${task.step.name}": its answer cannot be written to ${target}: ${error.reason.message}. ` +
            "Make that place writable, or choose another output directory.",
        }),
    ),
  )
})

import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type { StepTask } from "../../StepTask.ts"
import { promptFile } from "../prompts/promptFile.ts"

/**
 * SHA-256, in hex, over what the traditional track says to a model: the step as it is written, prompt files included,
 * with the preset that it falls back to, without what concerns routing, optimization, judging and the file that the answer
 * goes to.
 */
export const traditionalHash = Effect.fnUntraced(function* (
  task: StepTask,
): Effect.fn.Return<string, never, FileSystem.FileSystem | Path.Path> {
  const {
    dspy_config: _dspy,
    execution_mode: _mode,
    quality: _quality,
    budget: _budget,
    condition: _condition,
    output_to_file: _file,
    ...said
  } = task.step
  const paths = (task.step.prompt ?? []).flatMap((part) => (part.type === "file" ? [part.path] : []))
  const files = yield* Effect.forEach(paths, (file) => Effect.orElseSucceed(promptFile(file, task), () => ""))
  return createHash("sha256")
    .update(JSON.stringify([said, files, task.settings.claudePreset]))
    .digest("hex")
})

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { PromptPart } from "../../PromptPart.ts"
import type { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { pendingAnswer } from "./pendingAnswers.ts"
import { previousResponse } from "./previousResponse.ts"
import { promptFile } from "./promptFile.ts"

export interface RenderedPrompt {
  readonly prompt: string
  /** False where a part waits for the answer of a pending step; a marker stands in its place. */
  readonly complete: boolean
}

/** Makes prompts of their parts. */
export class Prompts extends Context.Service<
  Prompts,
  {
    /**
     * The parts' texts joined by newlines, templates already filled in. `pending` names the steps
     * that a dry run did not execute. Fails with `invalid_input` for a missing file, step or field.
     */
    readonly render: (
      parts: ReadonlyArray<PromptPart>,
      task: StepTask,
      pending?: ReadonlySet<string>,
    ) => Effect.Effect<RenderedPrompt, StepFailure>
  }
>()("doubletrack/services/prompts/Prompts") {
  static readonly layer = Layer.effect(
    Prompts,
    Effect.gen(function* () {
      const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
      return Prompts.of({
        render: Effect.fnUntraced(function* (parts, task, pending = nothing) {
          const texts = yield* Effect.forEach(parts, (part) =>
            Effect.provideContext(renderPart(part, task, pending), context),
          )
          return { prompt: texts.join("\n"), complete: !parts.some((part) => waits(part, pending)) }
        }),
      })
    }),
  )
}

const nothing: ReadonlySet<string> = new Set()

const waits = (part: PromptPart, pending: ReadonlySet<string>): boolean =>
  part.type === "previous_response" && pending.has(part.step)

const renderPart = (
  part: PromptPart,
  task: StepTask,
  pending: ReadonlySet<string>,
): Effect.Effect<string, StepFailure, FileSystem.FileSystem | Path.Path> => {
  switch (part.type) {
    case "static":
      return Effect.succeed(part.content)
    case "file":
      return promptFile(part.path, task)
    case "previous_response": {
      if (pending.has(part.step)) return Effect.succeed(pendingAnswer(part.step, part.extract))
      const text = previousResponse(part, task, task.settings.strictCompat ? "strict_compat" : "ours")
      return typeof text === "string" ? Effect.succeed(text) : Effect.fail(text)
    }
    case "session_context":
    case "claude_continue":
      return Effect.succeed("")
  }
}

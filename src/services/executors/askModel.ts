import * as Effect from "effect/Effect"
import type { StepTask } from "../../StepTask.ts"
import { type ModelAnswer, type ModelChoice, type ModelError, type ModelMessage, Models } from "../models/Models.ts"
import type { ModelRequest } from "../models/Models.ts"
import type { ClaudeOptions } from "./stepOptions.ts"

/** What a traditional step asks of a model. */
export interface Question
  extends Pick<ModelRequest, "temperature" | "maxOutputTokens" | "topP" | "topK" | "timeoutMs" | "jsonSchema"> {
  readonly family: ModelChoice["family"]
  /** The model as the step names it. */
  readonly model?: string
  readonly messages: ReadonlyArray<ModelMessage>
}

/** Asks the model that the step's choice and the run's override come down to. */
export const askModel = Effect.fnUntraced(function* (
  task: StepTask,
  { family, model, ...request }: Question,
): Effect.fn.Return<ModelAnswer, ModelError, Models> {
  const models = yield* Models
  const override = task.settings.model
  const id = yield* models.resolve({
    family,
    ...(model === undefined ? {} : { requested: model }),
    ...(override === undefined ? {} : { override }),
  })
  return yield* models.generate({
    ...request,
    model: id,
    origin: { runId: task.runId, step: task.step.name, path: task.path, track: "traditional" },
  })
})

/** One user message, behind a system message where there is something to say in it. */
export const chat = (prompt: string, system?: string): ReadonlyArray<ModelMessage> => [
  ...(system === undefined || system === "" ? [] : [{ role: "system", content: system } as const]),
  { role: "user", content: prompt },
]

/** The question that a step of the Claude family asks with these options. */
export const claudeQuestion = (prompt: string, options: ClaudeOptions = {}): Question => ({
  family: "claude",
  messages: chat(prompt, systemPrompt(options)),
  ...(options.model === undefined ? {} : { model: options.model }),
  ...(options.timeout_ms === undefined ? {} : { timeoutMs: options.timeout_ms }),
})

const systemPrompt = ({ system_prompt, append_system_prompt }: ClaudeOptions): string =>
  [system_prompt, append_system_prompt].filter((text) => text !== undefined && text !== "").join("\n\n")

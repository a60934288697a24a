import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { chat, type Question } from "../askModel.ts"
import { promptStep } from "../promptStep.ts"
import type { StepType } from "../StepType.ts"
import { Milliseconds, TokenBudget } from "../stepOptions.ts"

export const GeminiOptions = Schema.Struct({
  model: Schema.optionalKey(Schema.String),
  token_budget: Schema.optionalKey(TokenBudget),
  timeout_ms: Schema.optionalKey(Milliseconds),
})
export type GeminiOptions = typeof GeminiOptions.Type

/** `gemini`: one prompt. The text is also found as `content`. */
export const gemini: StepType = promptStep({
  options: GeminiOptions,
  question: geminiQuestion,
  result: ({ text }) => Effect.succeed({ content: text }),
})

/** The question that a step of the Gemini family asks with these options. */
export function geminiQuestion(
  prompt: string,
  { model, token_budget: budget = {}, timeout_ms }: GeminiOptions,
): Question {
  return {
    family: "gemini",
    messages: chat(prompt),
    ...(model === undefined ? {} : { model }),
    ...(budget.temperature === undefined ? {} : { temperature: budget.temperature }),
    ...(budget.max_output_tokens === undefined ? {} : { maxOutputTokens: budget.max_output_tokens }),
    ...(budget.top_p === undefined ? {} : { topP: budget.top_p }),
    ...(budget.top_k === undefined ? {} : { topK: budget.top_k }),
    ...(timeout_ms === undefined ? {} : { timeoutMs: timeout_ms }),
  }
}

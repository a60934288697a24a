import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { JsonObject } from "../../../Json.ts"
import { claudeQuestion } from "../askModel.ts"
import { parseJsonAnswer } from "../parseJsonAnswer.ts"
import { promptStep } from "../promptStep.ts"
import type { StepType } from "../StepType.ts"
import { type ClaudeOptions, WithClaudeOptions } from "../stepOptions.ts"

/** `claude`: one prompt. `output_format: json` adds the parsed answer as `json`, null if it is none. */
export const claude: StepType = promptStep({
  options: WithClaudeOptions,
  question: (prompt, { claude_options }) => claudeQuestion(prompt, claude_options),
  result: ({ text }, { claude_options }) => Effect.succeed(parsedKey(text, claude_options)),
})

/** `json` for steps that ask for JSON, nothing for the others. */
export const parsedKey = (text: string, options: ClaudeOptions | undefined): JsonObject =>
  options?.output_format === "json" ? { json: Option.getOrNull(parseJsonAnswer(text)) } : {}

import type { JsonObject } from "../../../Json.ts"
import type { ModelMessage } from "../Models.ts"
import { answerFields } from "./answerFields.ts"
import { estimateTokens } from "./estimateTokens.ts"
import { readPrompt } from "./readPrompt.ts"
import { renderAnswer } from "./renderAnswer.ts"

/** The id of the model that needs no network and no key. */
export const offlineModelId = "offline/in-context"

/**
 * Answers from the messages alone: their examples, label names and text. Labelled answers come from the nearest
 * examples by word and character n-grams, others are extracted; without examples it is weak, and it calculates
 * nothing. With a `jsonSchema` of an object the answer is such an object. Total and deterministic. Tokens are estimates of four characters each.
 */
export const offlineAnswer = (
  messages: ReadonlyArray<ModelMessage>,
  jsonSchema?: JsonObject,
): { readonly text: string; readonly tokens: { readonly input: number; readonly output: number } } => {
  const reading = readPrompt(messages, jsonSchema)
  const text = renderAnswer(reading, answerFields(reading))
  const input = estimateTokens(messages.map(({ content }) => content).join(""))
  return { text, tokens: { input, output: estimateTokens(text) } }
}

import type * as Effect from "effect/Effect"
import type { Price } from "../../Settings.ts"
import { costUsd } from "../models/costUsd.ts"
import type { ModelRequest } from "../models/Models.ts"

/** Letters of English text that make a token, roughly. */
const lettersPerToken = 4

/** Tokens of an answer whose length is not limited. */
const usualAnswer = 256

/** What a call will cost in USD, roughly; null where the model's price is not known. */
export const estimateCostUsd = (
  { model, messages, maxOutputTokens }: ModelRequest,
  prices: Readonly<Record<string, Price>>,
): Effect.Effect<number | null> => {
  const letters = messages.reduce((sum, { content }) => sum + content.length, 0)
  const output = Math.min(maxOutputTokens ?? usualAnswer, usualAnswer)
  return costUsd(model, { input: Math.ceil(letters / lettersPerToken), output }, prices)
}

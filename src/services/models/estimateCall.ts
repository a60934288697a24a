import * as Effect from "effect/Effect"
import type { Price } from "../../Settings.ts"
import type { Tokens } from "../../Usage.ts"
import { costUsd } from "./costUsd.ts"
import { offlineModel } from "./modelCatalog.ts"
import type { ModelRequest } from "./Models.ts"

/** Letters of English text that make a token, roughly. */
const lettersPerToken = 4

/** Tokens of an answer whose length is not limited. */
const usualAnswer = 256

/** How many tokens a call will take, roughly. */
export const estimateTokens = ({ messages, maxOutputTokens }: ModelRequest): Tokens => ({
  input: Math.ceil(messages.reduce((sum, { content }) => sum + content.length, 0) / lettersPerToken),
  output: Math.min(maxOutputTokens ?? usualAnswer, usualAnswer),
})

/** What a call will cost in USD, roughly; null where the model's price is not known. */
export const estimateCostUsd = (
  request: ModelRequest,
  prices: Readonly<Record<string, Price>>,
): Effect.Effect<number | null> =>
  request.model === offlineModel ? Effect.succeed(0) : costUsd(request.model, estimateTokens(request), prices)

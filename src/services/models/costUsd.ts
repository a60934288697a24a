import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { Price } from "../../Settings.ts"
import { isHostedProvider } from "./modelCatalog.ts"

/** Tokens as a provider counted them; `undefined` where it did not. `input` includes the cached ones. */
export interface CountedTokens {
  readonly input: number | undefined
  readonly output: number | undefined
  readonly cacheRead?: number | undefined
  readonly cacheWrite?: number | undefined
}

/**
 * What the tokens cost in USD today; `null` when the price or a count is not known. A price given by
 * the settings wins over the table of `@pydantic/genai-prices`, and makes no difference for cached tokens.
 */
export const costUsd = Effect.fnUntraced(function* (
  model: string,
  { input, output, cacheRead = 0, cacheWrite = 0 }: CountedTokens,
  prices: Readonly<Record<string, Price>>,
) {
  if (input === undefined || output === undefined) return null
  const own = Object.hasOwn(prices, model) ? prices[model] : undefined
  if (own !== undefined) return (input * own.inputPerMillion + output * own.outputPerMillion) / 1_000_000
  const slash = model.indexOf("/")
  const provider = model.slice(0, slash)
  if (!isHostedProvider(provider)) return null
  const { calcPrice } = yield* Effect.promise(() => import("@pydantic/genai-prices"))
  const cached = cacheRead + cacheWrite <= input ? { cache_read_tokens: cacheRead, cache_write_tokens: cacheWrite } : {}
  const timestamp = DateTime.toDateUtc(yield* DateTime.now)
  const usage = { input_tokens: input, output_tokens: output, ...cached }
  const price = calcPrice(usage, model.slice(slash + 1), { providerId: provider, timestamp })
  return price?.total_price ?? null
})

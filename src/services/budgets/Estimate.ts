import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Price } from "../../Settings.ts"
import type { Usage } from "../../Usage.ts"
import { estimateCostUsd, estimateTokens } from "../models/estimateCall.ts"
import type { ModelAnswer, ModelError, ModelRequest } from "../models/Models.ts"
import { type Amount, nanoUsdOf, nothing } from "./Amount.ts"

/** What is reserved for a call. */
export interface Estimate {
  readonly amount: Amount
  /** False: its price is not known, and nothing is reserved for it in USD. */
  readonly priced: boolean
}

/** What a call will use up, roughly; its price is looked up only where a limit in USD asks for it. */
export const estimate = (
  request: ModelRequest,
  { inUsd, prices }: { readonly inUsd: boolean; readonly prices: Readonly<Record<string, Price>> },
): Effect.Effect<Estimate> => {
  const { input, output } = estimateTokens(request)
  const unpriced: Amount = { nanoUsd: 0, tokens: input + output, calls: 1 }
  if (!inUsd) return Effect.succeed({ amount: unpriced, priced: true })
  return Effect.map(estimateCostUsd(request, prices), (usd) => ({
    amount: { ...unpriced, nanoUsd: usd === null || usd === 0 ? 0 : Math.max(1, nanoUsdOf(usd)) },
    priced: usd !== null,
  }))
}

/** What a call used up, however it ended; what it does not say is what was reserved for it. */
export const usedUp = (exit: Exit.Exit<ModelAnswer, ModelError>, { amount }: Estimate): Amount => {
  if (Exit.isSuccess(exit)) return ofUsage(exit.value.usage, amount)
  return Option.match(Exit.findErrorOption(exit), {
    onNone: () => amount,
    onSome: ({ usage }) => (usage === undefined ? nothing : ofUsage(usage, amount)),
  })
}

/** A call that was given up on reports no tokens and an unknown cost. */
const ofUsage = ({ tokens: { input, output }, costUsd }: Usage, reserved: Amount): Amount => {
  const tokens = input + output
  return {
    nanoUsd: costUsd === null ? reserved.nanoUsd : nanoUsdOf(costUsd),
    tokens: costUsd === null && tokens === 0 ? reserved.tokens : tokens,
    calls: 1,
  }
}

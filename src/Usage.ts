import * as Schema from "effect/Schema"

/** Tokens of one or several model calls; 0 where the provider reports none. */
export const Tokens = Schema.Struct({ input: Schema.Int, output: Schema.Int })
export type Tokens = typeof Tokens.Type

/** What something used up. A price that is not known is `null`, never 0. */
export const Usage = Schema.Struct({ tokens: Tokens, costUsd: Schema.NullOr(Schema.Finite) })
export type Usage = typeof Usage.Type

export const noUsage: Usage = { tokens: { input: 0, output: 0 }, costUsd: 0 }

/** The sum; one unknown price makes the sum unknown. */
export const addUsage = (a: Usage, b: Usage): Usage => ({
  tokens: { input: a.tokens.input + b.tokens.input, output: a.tokens.output + b.tokens.output },
  costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
})

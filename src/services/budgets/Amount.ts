import type { BudgetLimitName } from "../../BudgetLimits.ts"

/**
 * What model calls use up. Money in whole billionths of a dollar, so that sums are exact and nothing remains
 * of what is given back.
 */
export interface Amount {
  readonly nanoUsd: number
  readonly tokens: number
  readonly calls: number
}

export const nothing: Amount = { nanoUsd: 0, tokens: 0, calls: 0 }

export const plus = (a: Amount, b: Amount): Amount => ({
  nanoUsd: a.nanoUsd + b.nanoUsd,
  tokens: a.tokens + b.tokens,
  calls: a.calls + b.calls,
})

export const minus = (a: Amount, b: Amount): Amount => ({
  nanoUsd: a.nanoUsd - b.nanoUsd,
  tokens: a.tokens - b.tokens,
  calls: a.calls - b.calls,
})

export const isNothing = ({ nanoUsd, tokens, calls }: Amount): boolean => nanoUsd === 0 && tokens === 0 && calls === 0

const nanosPerUsd = 1e9

export const nanoUsdOf = (usd: number): number => Math.round(usd * nanosPerUsd)

/** The part that a limit is about, in a unit whose sums are exact. */
export const unitsOf = (amount: Amount, limit: BudgetLimitName): number =>
  limit === "usd" ? amount.nanoUsd : amount[limit]

export const toUnits = (limit: BudgetLimitName, value: number): number => (limit === "usd" ? nanoUsdOf(value) : value)

export const fromUnits = (limit: BudgetLimitName, units: number): number =>
  limit === "usd" ? units / nanosPerUsd : units

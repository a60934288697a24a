/** `12 ms`, `1.4 s`, `2 min 5 s`. */
export const formatDuration = (durationMs: number): string => {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Dollars with at least two significant digits; `unknown` where no price is known. */
export const formatCost = (costUsd: number | null): string => {
  if (costUsd === null) return "unknown"
  if (costUsd === 0) return "$0"
  if (costUsd < 0.000001) return "<$0.000001"
  return costUsd >= 0.1 ? `$${costUsd.toFixed(2)}` : `$${Number(costUsd.toPrecision(2)).toFixed(digits(costUsd))}`
}

/** Decimals that show two significant digits of an amount below one. */
const digits = (amount: number): number => Math.min(7, 1 - Math.floor(Math.log10(amount)))

/** `1 step`, `3 steps`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`

/** A share of one, such as a mean score: `57.5 %`. */
export const formatShare = (share: number): string => `${(100 * share).toFixed(1)} %`

/** A difference of shares, in percentage points and with its sign: `+6.3`. */
export const formatPoints = (difference: number): string =>
  `${difference < 0 ? "−" : "+"}${(100 * Math.abs(difference)).toFixed(1)}`

import type { BreakerState } from "../Route.ts"

/** The health of one optimized track, as of its last outcome. */
export interface Breaker {
  /** Failures since the last answer. */
  readonly failures: number
  /** When one step may try again; null while the breaker is closed. */
  readonly triesAgainAtMs: number | null
  readonly cooldownMs: number
  /** Whether a step is trying whether the track is well again. */
  readonly probing: boolean
}

const failuresToOpen = 5
const firstCooldownMs = 30_000
const longestCooldownMs = 300_000

export const healthy: Breaker = { failures: 0, triesAgainAtMs: null, cooldownMs: firstCooldownMs, probing: false }

/** Open until its time is over; then half open, for one step at a time. */
export const breakerState = ({ triesAgainAtMs, probing }: Breaker, nowMs: number): BreakerState => {
  if (triesAgainAtMs === null) return "closed"
  return nowMs < triesAgainAtMs || probing ? "open" : "half_open"
}

/** A step begins on the track; of one that is half open it is the probe. */
export const began = (breaker: Breaker): Breaker =>
  breaker.triesAgainAtMs === null ? breaker : { ...breaker, probing: true }

export const answered = (): Breaker => healthy

/** A step ended without saying anything about the track. */
export const saidNothing = (breaker: Breaker): Breaker => ({ ...breaker, probing: false })

/**
 * Failures in a row open the breaker; a failed probe keeps it open for twice as long. Steps that began before it opened
 * may fail after that, and prolong nothing.
 */
export const failed = (breaker: Breaker, nowMs: number): Breaker => {
  const failures = breaker.failures + 1
  if (breaker.triesAgainAtMs === null) {
    return failures < failuresToOpen
      ? { ...breaker, failures }
      : { ...breaker, failures, triesAgainAtMs: nowMs + breaker.cooldownMs }
  }
  if (!breaker.probing) return { ...breaker, failures }
  const cooldownMs = Math.min(2 * breaker.cooldownMs, longestCooldownMs)
  return { failures, triesAgainAtMs: nowMs + cooldownMs, cooldownMs, probing: false }
}

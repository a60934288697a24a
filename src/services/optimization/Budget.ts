import { addUsage, noUsage, type Usage } from "../../Usage.ts"
import { OptimizationError } from "./Optimizer.ts"

/** What an optimization may take; absent: no limit. */
export interface OptimizationLimits {
  /** Model calls, answered ones that were repeated by the provider's client counting once. */
  readonly maxCalls?: number
  readonly maxCostUsd?: number
  readonly maxTimeMs?: number
}

/** Calls promised to a piece of work, and why it was refused more, if it was. */
export interface Reservation {
  left: number
  refused: OptimizationError | null
}

/** What is kept for the end of a job, so that its beginning cannot use it up. */
export interface SetAside {
  readonly calls: number
  readonly timeMs: number
}

/** What is measured in the end is among the costlier of what was tried. */
const costMargin = 1.5

/** Counts what a job takes. All of it is synchronous, so that two calls never take the same last one. */
export class Budget {
  readonly #limits: OptimizationLimits
  readonly #startedAtMs: number
  #promised = 0
  #setAside: SetAside = { calls: 0, timeMs: 0 }
  #estimatedUsd = 0
  #spentUsd = 0
  #recent = { costUsd: 0, calls: 0 }
  calls = 0
  #usage: Usage = noUsage

  constructor(limits: OptimizationLimits, startedAtMs: number) {
    this.#limits = limits
    this.#startedAtMs = startedAtMs
  }

  /** Of all calls; the cost to a billionth of a dollar, so that the order of the calls makes no difference. */
  get usage(): Usage {
    const { tokens, costUsd } = this.#usage
    return { tokens, costUsd: costUsd === null ? null : Number(costUsd.toFixed(9)) }
  }

  get callsLeft(): number {
    return Math.max(0, (this.#limits.maxCalls ?? Infinity) - this.calls - this.#promised - this.#setAside.calls)
  }

  msLeft(nowMs: number): number {
    return this.#startedAtMs + (this.#limits.maxTimeMs ?? Infinity) - this.#setAside.timeMs - nowMs
  }

  /** What a call has cost on average since something was last set aside; 0 while no price is known. */
  get meanCostUsd(): number {
    return this.#recent.calls === 0 ? 0 : this.#recent.costUsd / this.#recent.calls
  }

  setAside(kept: SetAside): void {
    this.#setAside = kept
    this.#recent = { costUsd: this.meanCostUsd, calls: Math.min(1, this.#recent.calls) }
  }

  /** Promises this many calls, or says why not. */
  reserve(calls: number, nowMs: number): Reservation | OptimizationError {
    const { maxCalls } = this.#limits
    if (calls > this.callsLeft) {
      return exhausted(`${calls} more calls do not fit into the ${maxCalls} that are allowed (--max-calls)`)
    }
    const refused = this.#outOf(calls * this.meanCostUsd, nowMs)
    if (refused !== null) return refused
    this.#promised += calls
    return { left: calls, refused: null }
  }

  release(reservation: Reservation): void {
    this.#promised -= reservation.left
    reservation.left = 0
  }

  /** Takes one call, of those promised if there are any left, and holds its estimated cost; or says why not. */
  take(reservation: Reservation, estimateUsd: number, nowMs: number): OptimizationError | null {
    const refused = this.#outOf(estimateUsd, nowMs)
    if (refused !== null) return refused
    if (reservation.left > 0) {
      reservation.left -= 1
      this.#promised -= 1
    } else if (this.callsLeft < 1) {
      return exhausted(`all of the ${this.#limits.maxCalls} calls that are allowed are used up (--max-calls)`)
    }
    this.calls += 1
    this.#estimatedUsd += estimateUsd
    return null
  }

  /** Puts what a call did cost in place of its estimate. */
  settle(estimateUsd: number, usage: Usage): void {
    this.#estimatedUsd -= estimateUsd
    this.#usage = addUsage(this.#usage, usage)
    if (usage.costUsd === null) return
    this.#spentUsd += usage.costUsd
    this.#recent.costUsd += usage.costUsd
    this.#recent.calls += 1
  }

  #outOf(moreUsd: number, nowMs: number): OptimizationError | null {
    const { maxCostUsd } = this.#limits
    if (this.msLeft(nowMs) <= 0) return exhausted("the time that is allowed is over (--max-time)")
    if (maxCostUsd === undefined) return null
    const keptUsd = this.#setAside.calls * this.meanCostUsd * costMargin
    const free = maxCostUsd - this.#spentUsd - this.#estimatedUsd - keptUsd
    return free > 0 && moreUsd <= free
      ? null
      : exhausted(`no more fits into the $${maxCostUsd} that are allowed (--max-cost)`)
  }
}

export const exhausted = (why: string): OptimizationError =>
  new OptimizationError({ reason: "budget_exhausted", message: `The budget is used up: ${why}.` })

import type { AttemptOutcome, QueuedOptimization, RequestReason } from "./QueuedOptimization.ts"

const hourMs = 3_600_000
const longestMs = 24 * hourMs

/** How long nothing is tried again after this many fruitless attempts in a row: an hour, doubling to a day. */
export const backOffMs = (fruitless: number): number => Math.min(hourMs * 2 ** Math.max(0, fruitless - 1), longestMs)

/** Reasons that say something about the world has changed since, and not only that there is still no program. */
const strong: ReadonlySet<RequestReason> = new Set(["drift", "new_data"])

export const isStrong = (why: RequestReason): boolean => strong.has(why)

export const isStronger = (why: RequestReason, than: RequestReason): boolean => isStrong(why) && !isStrong(than)

/** What speaks only of there being no program that answers; after an adoption, compiling anew would change little. */
const lacking: ReadonlySet<RequestReason> = new Set(["no_program", "fallback"])

export const isForLackOfPrograms = (why: RequestReason): boolean => lacking.has(why)

/** Whether an optimization that was attempted for `before.why` is too recent to be attempted for this reason. */
export const isBackingOff = (
  before: Pick<QueuedOptimization, "why" | "last" | "notBeforeMs">,
  why: RequestReason,
  nowMs: number,
): boolean => {
  if (nowMs >= before.notBeforeMs || isStronger(why, before.why)) return false
  return isFruitless(before.last) || isForLackOfPrograms(why)
}

export const isFruitless = (outcome: Pick<AttemptOutcome, "status"> | null): boolean =>
  outcome !== null && outcome.status !== "adopted"

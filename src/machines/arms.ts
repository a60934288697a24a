import type { Arm } from "../Arm.ts"
import type { Outcome } from "../Outcome.ts"
import { addUsage, noUsage } from "../Usage.ts"
import type { StepFailure } from "../StepFailure.ts"
import { isOwnFailure } from "./fallback.ts"

/** What each track did in a step so far. */
export interface Arms {
  readonly traditional?: Arm
  readonly optimized?: Arm
}

/** An outcome without its answer, and without the time that it waited for limits. */
export const armOf = (outcome: Outcome): Arm => {
  const { usage, waitedMs = 0 } = outcome
  const latencyMs = Math.max(0, outcome.latencyMs - waitedMs)
  return outcome._tag === "Answered"
    ? {
        answered: true,
        usage,
        latencyMs,
        ...(outcome.quality === undefined ? {} : { quality: outcome.quality }),
        ...(outcome.cached === undefined ? {} : { invalid: true }),
      }
    : { answered: false, usage, latencyMs, ...failed(outcome.failure) }
}

/** A track that was not reached. */
export const unreached = (failure: StepFailure): Arm => ({
  answered: false,
  usage: noUsage,
  latencyMs: 0,
  ...failed(failure),
})

const failed = ({ reason, message }: StepFailure): Pick<Arm, "failure" | "invalid"> => ({
  failure: { reason, message },
  ...(isOwnFailure(reason) ? {} : { invalid: true }),
})

/** A track that is tried again stays what it was at first: a failure that was mended is a failure, and dearer. */
export const addOutcome = (arms: Arms, outcome: Outcome): Arms => {
  const [before, now] = [arms[outcome.track], armOf(outcome)]
  if (before === undefined) return { ...arms, [outcome.track]: now }
  const usage = addUsage(before.usage, now.usage)
  return { ...arms, [outcome.track]: { ...before, usage, latencyMs: before.latencyMs + now.latencyMs } }
}

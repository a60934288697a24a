import * as Schema from "effect/Schema"
import type { Holder } from "./holderEntries.ts"

/** Why a journaled run cannot be had. */
export class JournalError extends Schema.TaggedError<JournalError>()("JournalError", {
  reason: Schema.Literals(["unknown_run", "newer", "damaged", "held"]),
  /** What is the matter with which run, and what to do. */
  message: Schema.String,
}) {}

export const unknownRun = (runId: string) =>
  new JournalError({
    reason: "unknown_run",
    message: `There is no run ${runId} in this state directory. \`doubletrack runs\` shows those that are.`,
  })

export const damagedRun = (runId: string) =>
  new JournalError({
    reason: "damaged",
    message: `The journal of run ${runId} is damaged where the run begins, so it cannot be resumed. Start it anew.`,
  })

export const heldRun = (runId: string, holder: Holder | null, nowMs: number) =>
  new JournalError({
    reason: "held",
    message: `Run ${runId} ${holder === null ? endedSince : underWay(holder, nowMs)}`,
  })

const endedSince = "has ended in the meantime, or somebody else has taken it over and ended it."

const underWay = ({ process }: Holder, nowMs: number): string => {
  if (process === null) return "has been taken over by another process in the meantime."
  const { pid, host, leaseUntilMs } = process
  const seconds = Math.max(1, Math.ceil((leaseUntilMs - nowMs) / 1000))
  return (
    `is under way in process ${pid} on ${host}. ` +
    `If that process is no more, the run can be resumed as soon as its lease is over, in ${seconds} s.`
  )
}

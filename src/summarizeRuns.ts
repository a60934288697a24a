import * as Effect from "effect/Effect"
import { replay, stepInDoubt } from "./machines/replay.ts"
import type { RunSummary } from "./RunSummary.ts"
import { type HeldRun, Journal } from "./services/journal/Journal.ts"
import { JournalError } from "./services/journal/JournalError.ts"
import type { RunRecord } from "./services/journal/RunRecord.ts"
import type { StoreError } from "./services/store/StoreError.ts"

/** Every run of the state directory, the newest first. What cannot be read is said on the log. */
export const summarizeRuns: Effect.Effect<ReadonlyArray<RunSummary>, StoreError, Journal> = Effect.gen(function* () {
  const journal = yield* Journal
  const summaries: Array<RunSummary> = []
  for (const record of (yield* journal.list).toReversed()) {
    if (record instanceof JournalError) yield* Effect.logWarning(record.message)
    else summaries.push(yield* summaryOf(record, journal))
  }
  return summaries
})

/** A run, and where it stands. */
export const summarizeRun = (run: HeldRun): RunSummary => {
  if (run.record.status !== "running") return summary(run.record, run.record.status)
  const { context } = replay(run.beginning.input, run.events)
  const { latencyMs, usage } = context
  const free = run.holder === null || run.holder.gone
  const status = !free ? "running" : stepInDoubt(context) === null ? "interrupted" : "in_doubt"
  return summary({ ...run.record, latencyMs, costUsd: usage.costUsd }, status)
}

/** A run that cannot be read is nobody's any more. */
const summaryOf = (record: RunRecord, journal: Journal["Service"]): Effect.Effect<RunSummary, StoreError> =>
  record.status !== "running"
    ? Effect.succeed(summary(record, record.status))
    : journal.read(record.runId).pipe(
        Effect.map(summarizeRun),
        Effect.catchTag("JournalError", ({ message }) =>
          Effect.as(Effect.logWarning(message), summary(record, "interrupted")),
        ),
      )

const summary = (
  { runId, workflow, startedAt, latencyMs, costUsd }: RunRecord,
  status: RunSummary["status"],
): RunSummary => ({ runId, workflow, status, startedAt, latencyMs: latencyMs ?? 0, costUsd })

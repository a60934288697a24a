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

/** A run that has not ended, and where it stands. */
export const summarizeRun = (run: HeldRun): RunSummary => {
  if (run.record.status !== "running") return ended(run.record)
  const { context } = replay(run.beginning.input, run.events)
  const { latencyMs, usage } = context
  const free = run.holder === null || run.holder.gone
  const status = !free ? "running" : stepInDoubt(context) === null ? "interrupted" : "in_doubt"
  return { ...place(run.record), status, latencyMs, costUsd: usage.costUsd }
}

const summaryOf = (record: RunRecord, journal: Journal["Service"]): Effect.Effect<RunSummary, StoreError> =>
  record.status !== "running"
    ? Effect.succeed(ended(record))
    : journal.read(record.runId).pipe(
        Effect.map(summarizeRun),
        Effect.catchTag("JournalError", ({ message }) =>
          Effect.as(Effect.logWarning(message), {
            ...place(record),
            status: "interrupted" as const,
            latencyMs: 0,
            costUsd: null,
          }),
        ),
      )

const place = ({ runId, workflow, startedAt }: RunRecord) => ({ runId, workflow, startedAt })

const ended = (record: RunRecord): RunSummary => ({
  ...place(record),
  status: record.status,
  latencyMs: record.latencyMs ?? 0,
  costUsd: record.costUsd,
})

import * as Result from "effect/Result"
import { endNames } from "../../endNames.ts"
import { experimentKey } from "../../ExperimentSubject.ts"
import { forgetOnce } from "../experiments/experimentEntries.ts"
import type { EntryWriter } from "../store/StoredEntries.ts"
import { forgetProcesses, letGo } from "./holderEntries.ts"
import type { JournalFormat } from "./journalFormat.ts"
import { deleteRun, type JournaledRun, recordOf, recordsIn, runOf } from "./runEntries.ts"

/** Which ended runs are kept. */
export interface PruneLimits {
  /** The newest so many; absent: however many. */
  readonly keepRuns?: number
  /** Those that began within so many days; absent: however long ago. */
  readonly keepDays?: number
}

const dayMs = 86_400_000

/** Runs that leave at once: nobody else can use the store meanwhile. */
export const mostAtOnce = 200

/** Deletes ended runs beyond the limits, `mostAtOnce` at most, and what was kept so that each is learned from once. */
export const pruneRuns = (
  entries: EntryWriter,
  {
    keepRuns = Infinity,
    keepDays,
    format,
    nowMs,
  }: PruneLimits & { readonly format: JournalFormat; readonly nowMs: number },
): number => {
  forgetProcesses(entries, nowMs - dayMs)
  const records = recordsIn(entries, format).flatMap((record) => (Result.isSuccess(record) ? [record.success] : []))
  const ended = records.filter(({ status }) => status !== "running")
  const since = keepDays === undefined ? "" : new Date(Math.max(0, nowMs - keepDays * dayMs)).toISOString()
  const leaving = ended.filter(({ startedAt }, index) => index < ended.length - keepRuns || startedAt < since)
  for (const { runId } of leaving.slice(0, mostAtOnce)) forgetRun(entries, runId, format)
  return Math.min(leaving.length, mostAtOnce)
}

/** Everything of a run leaves. */
export const forgetRun = (entries: EntryWriter, runId: string, format: JournalFormat): void => {
  const run = Result.flatMap(recordOf(entries, runId, format), (record) => runOf(entries, record, format))
  if (Result.isSuccess(run)) forgetEnds(entries, run.success)
  deleteRun(entries, runId)
  letGo(entries, runId)
}

const forgetEnds = (entries: EntryWriter, { events }: JournaledRun): void => {
  const nameOf = endNames()
  for (const event of events) {
    if (event._tag !== "StepCompleted" && event._tag !== "StepFailed") continue
    const name = nameOf(event)
    const subject = event.observation?.subject ?? null
    if (subject !== null) forgetOnce(entries, experimentKey(subject), name)
  }
}

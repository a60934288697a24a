import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { RunEvent } from "../../RunEvent.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import { StoreError } from "../store/StoreError.ts"
import { damagedRun, type JournalError, unknownRun } from "./JournalError.ts"
import type { JournalFormat } from "./journalFormat.ts"
import { type RunBeginning, RunRecord } from "./RunRecord.ts"

/** A run as its journal has it. */
export interface JournaledRun {
  readonly record: RunRecord
  readonly beginning: RunBeginning
  /** In order and without gaps, as far as they can be read. */
  readonly events: ReadonlyArray<RunEvent>
  /** Whether there are more that cannot be read. */
  readonly torn: boolean
}

const records = "runs"
const beginnings = "run_beginnings"
const events = "run_events"

export const putRecord = (entries: EntryWriter, record: RunRecord): void =>
  entries.put(records, record.runId, encodeRecord(record))

export const putBeginning = (entries: EntryWriter, runId: string, beginning: string): void =>
  entries.put(beginnings, runId, beginning)

export const putEvent = (entries: EntryWriter, { runId, seq }: Pick<RunEvent, "runId" | "seq">, event: string): void =>
  entries.put(events, eventKey(runId, seq), event)

export const recordOf = (
  entries: EntryReader,
  runId: string,
  format: JournalFormat,
): Result.Result<RunRecord, JournalError> => {
  const text = readable(() => entries.get(records, runId))
  if (text === null) return Result.fail(unknownRun(runId))
  return Result.isSuccess(text) ? format.record(text.success, runId) : Result.fail(damagedRun(runId))
}

/** From the oldest to the newest. */
export const recordsIn = (
  entries: EntryReader,
  format: JournalFormat,
): ReadonlyArray<Result.Result<RunRecord, JournalError>> =>
  entries
    .list(records)
    .map(({ key, value }) =>
      Result.isSuccess(value) ? format.record(value.success, key) : Result.fail(damagedRun(key)),
    )

export const runOf = (
  entries: EntryReader,
  record: RunRecord,
  format: JournalFormat,
): Result.Result<JournaledRun, JournalError> => {
  const { runId, v } = record
  const text = readable(() => entries.get(beginnings, runId))
  const beginning = text === null ? null : Result.flatMap(text, (written) => format.beginning(written, v))
  if (beginning === null || Result.isFailure(beginning)) return Result.fail(damagedRun(runId))
  const read: Array<RunEvent> = []
  const run = (torn: boolean) => Result.succeed({ record, beginning: beginning.success, events: read, torn })
  for (;;) {
    const next = readable(() => entries.get(events, eventKey(runId, read.length)))
    if (next === null) return run(false)
    const event = Result.flatMap(next, (written) => format.event(written, v))
    if (Result.isFailure(event) || event.success.seq !== read.length) return run(true)
    read.push(event.success)
  }
}

export const deleteEventsFrom = (entries: EntryWriter, runId: string, seq: number): void => {
  for (const { key } of entries.list(events, `${runId}/`)) {
    if (key >= eventKey(runId, seq)) entries.delete(events, key)
  }
}

export const deleteRun = (entries: EntryWriter, runId: string): void => {
  deleteEventsFrom(entries, runId, 0)
  entries.delete(beginnings, runId)
  entries.delete(records, runId)
}

/** Sorts as the numbers do. */
const eventKey = (runId: string, seq: number): string => `${runId}/${String(seq).padStart(9, "0")}`

const encodeRecord = Schema.encodeSync(Schema.fromJsonString(RunRecord))

/** Null where there is none; a failure where an entry is damaged, or the page of the file that it is on. */
const readable = (get: () => string | null): Result.Result<string, unknown> | null => {
  try {
    const text = get()
    return text === null ? null : Result.succeed(text)
  } catch (cause) {
    if (isDamage(cause)) return Result.fail(cause)
    throw cause
  }
}

/** Eleven is SQLite's code for a damaged file (https://www.sqlite.org/rescode.html#corrupt). */
const isDamage = (cause: unknown): boolean =>
  cause instanceof StoreError
    ? cause.reason === "damaged"
    : cause instanceof Error && "errcode" in cause && (Number(cause.errcode) & 0xff) === 11

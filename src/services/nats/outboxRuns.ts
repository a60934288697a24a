import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import type { OutboxMessage } from "./outboxLane.ts"

const runs = "nats_outbox_runs"

/** As many runs that never ended are remembered. */
const most = 10_000

/** Remembers how far runs were taken, for when they go on in another process; a run that has ended is forgotten. */
export const keepTaken = (entries: EntryWriter, messages: ReadonlyArray<OutboxMessage>): void => {
  const last = new Map(messages.flatMap(({ chain, seq, subject }) => (seq === null ? [] : [[chain, { seq, subject }]])))
  for (const [run, { seq, subject }] of last) {
    if (/\.Run(Completed|Failed|Cancelled)$/.test(subject)) entries.delete(runs, run)
    else entries.put(runs, run, String(seq))
  }
}

/** Position of the last event of a run that was taken; -1 where none was. */
export const takenOf = (entries: EntryReader, run: string): number => Number(entries.get(runs, run) ?? "-1")

/** Runs of which events were taken, but not the last one. */
export const runsTaken = (entries: EntryReader): ReadonlyArray<string> => entries.list(runs).map(({ key }) => key)

/** Forgets the oldest where there are too many; ids of runs sort by time. */
export const forgetOldRuns = (entries: EntryWriter): void => {
  const keys = runsTaken(entries)
  for (const key of keys.slice(0, Math.max(0, keys.length - most))) entries.delete(runs, key)
}

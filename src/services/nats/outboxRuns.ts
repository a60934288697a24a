import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import type { OutboxMessage } from "./outboxLane.ts"

const runs = "nats_outbox_runs"

/** As many runs that never ended are remembered. */
const most = 10_000

/** Remembers of which runs events were taken; one whose last event was taken is forgotten. */
export const keepTaken = (entries: EntryWriter, messages: ReadonlyArray<OutboxMessage>): void => {
  const last = new Map(messages.flatMap(({ chain, seq, subject }) => (seq === null ? [] : [[chain, subject]])))
  for (const [run, subject] of last) {
    if (/\.Run(Completed|Failed|Cancelled)$/.test(subject)) entries.delete(runs, run)
    else if (entries.get(runs, run) === null) entries.put(runs, run, "")
  }
}

/** Runs of which events were taken, but not the last one. */
export const runsTaken = (entries: EntryReader): ReadonlyArray<string> => entries.list(runs).map(({ key }) => key)

/** Forgets the oldest where there are too many; ids of runs sort by time. */
export const forgetOldRuns = (entries: EntryWriter): void => {
  const keys = runsTaken(entries)
  for (const key of keys.slice(0, Math.max(0, keys.length - most))) entries.delete(runs, key)
}

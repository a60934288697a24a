import type { StoredMsg } from "@nats-io/jetstream"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { damagedRun, JournalError } from "../journal/JournalError.ts"
import { type RunNote, type SharedRun, sharedRunOf } from "../journal/RunNote.ts"
import { noteJoiner, placeOf } from "./noteMessages.ts"
import type { Nats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { runsStream, runSubject } from "./workSpecs.ts"

/** A run as it was read, and the sequence that the next note has to follow. */
export interface NotedRun {
  readonly run: SharedRun
  readonly last: number
}

/** Reads a run from its last note back to its first: each names the one before it. Null where there is none of this name. */
export const readNotes = Effect.fnUntraced(function* (
  nats: Nats["Service"],
  runId: string,
): Effect.fn.Return<NotedRun | null, NatsError | JournalError> {
  const read = (query: { readonly seq: number } | { readonly last_by_subj: string }) =>
    nats.use(`reading the journal of ${runId}`, ({ manager }) => manager.streams.getMessage(runsStream, query))
  const messages: Array<StoredMsg> = []
  for (let found = yield* read({ last_by_subj: runSubject(runId) }); ; ) {
    if (found === null) return messages.length === 0 ? null : yield* damagedRun(runId)
    messages.push(found)
    const place = placeOf(found)
    if (Result.isFailure(place)) return yield* unreadable(runId, place.failure)
    if (place.success.after === 0) break
    found = yield* read({ seq: place.success.after })
  }
  const last = messages[0]?.seq ?? 0
  const join = noteJoiner()
  const notes: Array<RunNote> = []
  for (const message of messages.toReversed()) {
    const note = join(message)
    if (Result.isFailure(note)) return yield* unreadable(runId, note.failure)
    if (note.success !== null) notes.push(note.success)
  }
  const run = sharedRunOf(notes)
  return run === null ? yield* damagedRun(runId) : { run, last }
})

export const unknownToFleet = (runId: string): JournalError =>
  new JournalError({
    reason: "unknown_run",
    message:
      `The fleet does not know run ${runId.slice(0, longestName)}, or not any more: it ended and made room for others, it is older than ` +
      `nats.work.maxAgeMs, or ${runsStream} was deleted. Submit it again, unless it had ended.`,
  })

/** What is no run's id may be anything. */
const longestName = 200

export const unreadable = (runId: string, why: "damaged" | "newer"): JournalError =>
  why === "damaged"
    ? damagedRun(runId)
    : new JournalError({
        reason: "newer",
        message: `Run ${runId} was submitted or carried out by a later release. Update doubletrack here, too.`,
      })

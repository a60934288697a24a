import { setImmediate } from "node:timers/promises"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { RunEvent } from "../../RunEvent.ts"
import type { RunNote } from "../journal/RunNote.ts"
import { headersOf, piecesOf, placeOf } from "./noteMessages.ts"
import type { Nats, OpenNats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { isConflict } from "./shared.ts"
import { runsStream, runSubject } from "./workSpecs.ts"

/**
 * Writes the journal of one run. Each note has to follow the one before it, so that of two who write only one can: the
 * other one learns that the run is lost, and writes nothing more.
 */
export interface NoteWriter {
  /** `done` is called when it is kept, or when the run is lost. In the order in which they come. */
  readonly add: (note: RunNote, done: () => void) => void
  /** Resolves when everything that was added before is done. */
  readonly settled: () => Promise<void>
  readonly isLost: () => boolean
  /** Writes nothing more, as if the run were lost; what was not kept is as if it had not happened. */
  readonly giveUp: () => void
}

export interface NoteWriterOptions {
  readonly nats: Nats["Service"]
  readonly runId: string
  /** Never the same twice. */
  readonly writer: string
  /** Sequence of the last note; 0 where there is none. */
  readonly last: number
  readonly onLost: () => void
  /** Told of each time that a note could not be written, and why. */
  readonly onWaiting: (why: string) => Effect.Effect<void>
  readonly fork: (effect: Effect.Effect<void>) => void
}

interface Pending {
  readonly note: RunNote
  readonly done: Array<() => void>
}

const longestPauseMs = 5000

export const noteWriter = (options: NoteWriterOptions): NoteWriter => {
  const { nats, onLost, onWaiting, fork } = options
  let pending: ReadonlyArray<Pending> = []
  let isWriting = false
  let lost = false
  const chain = noteChain(options)

  const finish = (done: ReadonlyArray<Pending>) => done.forEach((entry) => entry.done.forEach((call) => call()))
  const lose = () => {
    if (lost) return
    lost = true
    const given = pending
    pending = []
    onLost()
    finish(given)
  }

  /** Waits for as long as NATS is away: the run is at a halt until its journal is kept, or is somebody else's. */
  const append = Effect.fnUntraced(function* (note: RunNote) {
    let pauseMs = 50
    for (;;) {
      if (lost) return false
      const isKept = yield* chain(note).pipe(
        Effect.catch(({ message }) =>
          Effect.gen(function* () {
            yield* onWaiting(message)
            yield* Effect.timeoutOption(Effect.andThen(Effect.sleep(pauseMs), nats.connected), longestPauseMs)
            pauseMs = Math.min(longestPauseMs, 2 * pauseMs)
            return null
          }),
        ),
      )
      if (isKept !== null) return isKept
    }
  })

  const writing = Effect.gen(function* () {
    while (pending.length > 0) {
      yield* Effect.promise(() => setImmediate())
      const { note, entries } = nextNote(pending)
      const isKept = yield* append(note)
      if (!isKept) lose()
      if (lost) break
      const kept = pending.slice(0, entries)
      pending = pending.slice(entries)
      finish(kept)
    }
    isWriting = false
  })

  return {
    add: (note, done) => {
      if (lost) return done()
      pending = [...pending, { note, done: [done] }]
      if (isWriting) return
      isWriting = true
      fork(writing)
    },
    settled: () =>
      new Promise((resolve) => {
        const last = pending.at(-1)
        if (last === undefined) resolve()
        else last.done.push(resolve)
      }),
    isLost: () => lost,
    giveUp: lose,
  }
}

/** What is written next, and of how many entries: events that have gathered become one note. */
const nextNote = (pending: ReadonlyArray<Pending>): { readonly note: RunNote; readonly entries: number } => {
  const events: Array<RunEvent> = []
  let entries = 0
  for (const { note } of pending) {
    if (note._tag !== "Recorded") {
      if (entries === 0) return { note, entries: 1 }
      break
    }
    events.push(...note.events)
    entries += 1
  }
  return { note: { _tag: "Recorded", events }, entries }
}

/** Appends one note after the other; false where somebody else has written. Tried again, it goes on where it was. */
export const noteChain = ({
  nats,
  runId,
  writer,
  last: first,
}: Pick<NoteWriterOptions, "nats" | "runId" | "writer" | "last">) => {
  const subject = runSubject(runId)
  let last = first
  let number = 0
  let attempts = 0
  let started: StartedNote | null = null

  /** Sequence of the message as it is kept; null where somebody else has written. */
  const publish = async (open: OpenNats, data: Uint8Array, more: number): Promise<number | null> => {
    const headers = headersOf(open, { writer, number, after: last, more })
    try {
      return (await open.jetstream.publish(subject, data, { headers, expect: { lastSubjectSequence: last } })).seq
    } catch (cause) {
      if (!isConflict(cause)) throw cause
    }
    // It may have been kept, and only the answer was lost.
    const kept = await open.manager.streams.getMessage(runsStream, { last_by_subj: subject })
    const place = kept === null ? null : placeOf(kept)
    const isOurs =
      place !== null && Result.isSuccess(place) && place.success.writer === writer && place.success.number === number
    return kept !== null && isOurs ? kept.seq : null
  }

  return (note: RunNote): Effect.Effect<boolean, NatsError> =>
    nats.use(`writing the journal of ${runId}`, async (open) => {
      // An attempt that is given up may still come to its end, and must not count then.
      const attempt = ++attempts
      const pieces =
        started?.note === note ? started.pieces : piecesOf(note, open.connection.info?.max_payload ?? 2 ** 20)
      let next = started?.note === note ? started.next : 0
      started = { note, pieces, next }
      for (const piece of pieces.slice(next)) {
        next += 1
        const seq = await publish(open, piece, pieces.length - next)
        if (attempt !== attempts) throw new Error("given up")
        if (seq === null) return false
        last = seq
        number += 1
        started = { note, pieces, next }
      }
      return true
    })
}

/** A note that is being written, and which of its pieces comes next. */
interface StartedNote {
  readonly note: RunNote
  readonly pieces: ReadonlyArray<Uint8Array>
  readonly next: number
}

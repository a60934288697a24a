import type { NatsConnection } from "@nats-io/transport-node"
import type { StoredMsg } from "@nats-io/jetstream"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import type { JournalError } from "../journal/JournalError.ts"
import type { RunNote } from "../journal/RunNote.ts"
import { noteJoiner } from "./noteMessages.ts"
import type { Nats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { unknownToFleet, unreadable } from "./readNotes.ts"
import { runsStream, runSubject } from "./workSpecs.ts"

/** A note and where it is in the stream, or how long nothing has come. */
export interface FollowedNote {
  /** Null where nothing has come for a while. */
  readonly note: RunNote | null
  /** Of the last note. */
  readonly sequence: number
}

/** What is heard of before the stream has it is looked for again so soon, and then more and more seldom. */
const shortestPauseMs = 5

/**
 * The notes of one run as they come. That there is one is heard on its subject, and it is read from the stream: nothing of
 * that is kept on the server, so that a process can follow thousands.
 */
export const followNotes = (nats: Nats["Service"], runId: string): Stream.Stream<FollowedNote, JournalError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const subject = runSubject(runId)
      const longestPauseMs = Math.min(15_000, nats.settings.work.takeOverMs / 2)
      const news = yield* newsOf(nats, subject)
      const join = noteJoiner()
      let last = 0
      let pauseMs = shortestPauseMs

      const look = nats.use(`reading the journal of ${runId}`, async ({ manager }) => {
        // The client's types know it of servers' other way to get messages alone.
        const following = { seq: last + 1, next_by_subj: subject }
        const next = await manager.streams.getMessage(runsStream, following)
        if (next !== null || pauseMs < longestPauseMs) return next
        return (await manager.streams.getMessage(runsStream, { last_by_subj: subject })) === null ? "gone" : null
      })
      // A cluster that chooses a leader does not know its streams for a moment.
      const unread = ({ reason }: NatsError): Effect.Effect<"gone" | "unread"> =>
        Effect.sync(() => (reason === "missing" && pauseMs >= longestPauseMs ? "gone" : "unread"))

      const taken = (message: StoredMsg) =>
        Effect.mapBoth(Effect.fromResult(join(message)), {
          onSuccess: (note): ReadonlyArray<FollowedNote> => {
            last = message.seq
            pauseMs = shortestPauseMs
            return note === null ? [] : [{ note, sequence: last }]
          },
          onFailure: (why) => unreadable(runId, why),
        })

      const next = Effect.gen(function* () {
        yield* news.listen
        const found = yield* look.pipe(Effect.catch(unread))
        if (found === "gone") return yield* unknownToFleet(runId)
        if (found !== null && found !== "unread") return yield* taken(found)
        const isQuiet = found === null && pauseMs >= longestPauseMs
        const heard = yield* Effect.timeoutOption(news.heard, pauseMs)
        pauseMs = heard._tag === "Some" ? shortestPauseMs : Math.min(longestPauseMs, 4 * pauseMs)
        return isQuiet ? [{ note: null, sequence: last }] : []
      })

      return Stream.fromEffectRepeat(next).pipe(Stream.flatMap((notes) => Stream.fromIterable(notes)))
    }),
  )

/** Hears what is put on a subject; the connection may be another one each time. */
const newsOf = Effect.fnUntraced(function* (nats: Nats["Service"], subject: string) {
  const latch = yield* Latch.make(false)
  let heardOn: NatsConnection | null = null
  let stop = () => {}
  yield* Effect.addFinalizer(() => Effect.sync(() => stop()))
  yield* nats.statusChanges.pipe(
    Stream.runForEach(() => Latch.open(latch)),
    Effect.forkScoped,
  )
  return {
    /** Waits while there is no connection. */
    listen: Effect.map(nats.connected, ({ connection }) => {
      Latch.closeUnsafe(latch)
      if (connection === heardOn) return
      heardOn = connection
      stop()
      const subscription = connection.subscribe(subject, {
        callback: () => {
          Latch.openUnsafe(latch)
        },
      })
      stop = () => {
        if (!connection.isClosed()) subscription.unsubscribe()
      }
    }),
    heard: Latch.await(latch),
  }
})

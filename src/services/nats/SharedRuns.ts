import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import type * as Stream from "effect/Stream"
import { isTerminal } from "../../RunEvent.ts"
import type { RunJob } from "../../RunJob.ts"
import type { RunOwner } from "../journal/Journal.ts"
import { damagedRun, type JournalError } from "../journal/JournalError.ts"
import { ownProcess } from "../journal/RunningProcess.ts"
import type { RunNote, SharedRun } from "../journal/RunNote.ts"
import type { SharedJournal } from "../journal/SharedJournal.ts"
import { heldRunOf } from "../journal/sharedRecord.ts"
import { ensureStream } from "./ensureStreams.ts"
import { type FollowedNote, followNotes } from "./followNotes.ts"
import { makeRoom } from "./makeRoom.ts"
import { Nats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { type NoteWriter, noteChain, noteWriter } from "./noteWriter.ts"
import { type NotedRun, readNotes, unknownToFleet } from "./readNotes.ts"
import { sentence } from "./sentence.ts"
import { runsSpec, runsStream, runSubject } from "./workSpecs.ts"

/** The runs of the fleet: what was submitted, and what became of it, where every node can read it. */
export class SharedRuns extends Context.Service<
  SharedRuns,
  {
    /** The journals of the runs that this process has taken. */
    readonly journal: SharedJournal
    /** Keeps a run that is submitted; tried again, it goes on where it was. Fails where too much is kept for one more. */
    readonly submit: (job: RunJob) => Effect.Effect<void, NatsError>
    /** Null where none of this name is kept. */
    readonly look: (runId: string) => Effect.Effect<NotedRun | null, NatsError | JournalError>
    /** Makes a run this process's, as it stands; whoever had it writes no more of it. One that has ended, or was stopped, stays as it is. */
    readonly take: (runId: string) => Effect.Effect<SharedRun, NatsError | JournalError>
    /** Gives up what was taken, and says why; false where it was lost before. */
    readonly leave: (
      runId: string,
      left: { readonly why: string | null; readonly final: boolean },
    ) => Effect.Effect<boolean>
    /** Whether a run that was taken is this process's still. */
    readonly isOurs: (runId: string) => boolean
    /** Forgets what was taken, once nothing of it is at work here any more. */
    readonly drop: (runId: string) => void
    /** Says to who follows a run that its journal cannot be read, so that nobody goes on with it. */
    readonly condemn: (runId: string, why: string) => Effect.Effect<void, NatsError>
    /** Waits no longer for what is to be kept of a run that was taken: whoever takes it next goes on from what was. */
    readonly giveUp: (runId: string) => void
    /** Lets a run go on that nobody went on with; false where it was not so. */
    readonly release: (
      runId: string,
      decision: SharedRun["decision"],
    ) => Effect.Effect<boolean, NatsError | JournalError>
    /** Its notes from the first one on, as they come. While NATS is away it waits; it fails where the run is not kept any more. */
    readonly follow: (runId: string) => Stream.Stream<FollowedNote, JournalError>
  }
>()("doubletrack/services/nats/SharedRuns") {
  static readonly layer: Layer.Layer<SharedRuns, never, Nats> = Layer.effect(
    SharedRuns,
    Effect.gen(function* () {
      const nats = yield* Nats
      const services = yield* Effect.context<never>()
      const scope = yield* Effect.scope
      const clock = yield* Clock.Clock
      const self = ownProcess(clock.currentTimeMillisUnsafe())
      const held = new Map<string, TakenRun>()
      let writers = 0
      let waitingAtMs = Number.NEGATIVE_INFINITY

      const withRoom = Semaphore.makeUnsafe(1).withPermit(makeRoom(nats))
      const ensured = Effect.provideService(ensureStream(runsSpec(nats.settings)), Nats, nats)
      const fork = (effect: Effect.Effect<void>) =>
        void Effect.runForkWith(services)(Effect.forkIn(effect, scope, { startImmediately: true }))
      const nextWriter = () => `${self.token}-${++writers}`
      const writerFor = (runId: string, last: number) => {
        const writer = noteWriter({
          ...{ nats, runId, last, fork, onWaiting },
          writer: nextWriter(),
          onLost: () => {
            const lost = held.get(runId)
            if (lost?.writer === writer) lost.owner?.onLost()
          },
        })
        return writer
      }
      /**
       * An outage is said once, and not by each of the runs that it holds up. A stream that is gone is made again, so that they
       * learn that they are; in one that is full old runs make room.
       */
      const onWaiting = (why: string) =>
        Effect.suspend(() => {
          const nowMs = clock.currentTimeMillisUnsafe()
          const isNew = nowMs - waitingAtMs > quietMs
          waitingAtMs = nowMs
          return isNew
            ? Effect.logWarning(`Runs of the fleet wait until they can be kept: ${sentence(why)}`)
            : Effect.void
        }).pipe(Effect.andThen(Effect.ignore(Effect.andThen(ensured, withRoom))))
      /** Whether it is kept. */
      const write = (writer: NoteWriter, note: RunNote) =>
        Effect.map(
          Effect.promise(() => new Promise<void>((resolve) => writer.add(note, resolve))),
          () => !writer.isLost(),
        )

      const take = Effect.fnUntraced(function* (runId: string): Effect.fn.Return<SharedRun, NatsError | JournalError> {
        yield* ensured
        for (;;) {
          const noted = yield* readNotes(nats, runId)
          if (noted === null) return yield* unknownToFleet(runId)
          const { run, last } = noted
          if (hasEnded(run) || run.stopped !== null) return run
          const writer = writerFor(runId, last)
          const leaseUntilMs = clock.currentTimeMillisUnsafe() + nats.settings.work.takeOverMs
          const isOurs = yield* write(writer, { _tag: "Claimed", by: { ...self, leaseUntilMs } })
          if (!isOurs) continue
          held.set(runId, { run, writer, owner: null })
          return run
        }
      })

      const journal: SharedJournal = {
        holds: (runId) => held.has(runId),
        begin: ({ input, models }, owner) => {
          const taken = held.get(input.runId)
          if (taken === undefined) return
          own(taken, owner)
          const { startedAt, killSwitch } = input
          const { files: _, ...settings } = input.settings
          taken.writer.add({ _tag: "Begun", startedAt, killSwitch, settings, models }, () => {})
        },
        append: (event, done) => {
          const taken = held.get(event.runId)
          if (taken === undefined) return done()
          taken.writer.add({ _tag: "Recorded", events: [event] }, done)
        },
        settled: async (runId) => held.get(runId)?.writer.settled(),
        read: (runId) => {
          const taken = held.get(runId)
          const run = taken === undefined ? null : heldRunOf(taken.run)
          return run === null ? Effect.fail(damagedRun(runId)) : Effect.succeed(run)
        },
        claim: (runId, owner) => {
          const taken = held.get(runId)
          if (taken !== undefined) own(taken, owner)
        },
      }

      return SharedRuns.of({
        journal,
        submit: (job) => {
          const { runId } = job.input
          const write = noteChain({ nats, runId, writer: nextWriter(), last: 0 })
          const note: RunNote = { _tag: "Submitted", job }
          return Effect.gen(function* () {
            yield* ensured
            yield* withRoom
            yield* write(note)
          })
        },
        look: (runId) => Effect.andThen(ensured, readNotes(nats, runId)),
        take,
        leave: Effect.fnUntraced(function* (runId, left) {
          const taken = held.get(runId)
          return taken !== undefined && (yield* write(taken.writer, { _tag: "Left", ...left }))
        }),
        isOurs: (runId) => held.get(runId)?.writer.isLost() === false,
        drop: (runId) => void held.delete(runId),
        condemn: Effect.fnUntraced(function* (runId, why) {
          const last = yield* nats.use(`reading the journal of ${runId}`, ({ manager }) =>
            manager.streams.getMessage(runsStream, { last_by_subj: runSubject(runId) }),
          )
          if (last === null) return
          yield* noteChain({ nats, runId, writer: nextWriter(), last: last.seq })({ _tag: "Left", why, final: true })
        }),
        giveUp: (runId) => held.get(runId)?.writer.giveUp(),
        release: Effect.fnUntraced(function* (runId, decision) {
          const noted = yield* Effect.andThen(ensured, readNotes(nats, runId))
          if (noted === null) return yield* unknownToFleet(runId)
          if (noted.run.stopped === null) return false
          const write = noteChain({ nats, runId, writer: nextWriter(), last: noted.last })
          return yield* write({ _tag: "Released", decision })
        }),
        follow: (runId) => followNotes(nats, runId),
      })
    }),
  )
}

/** After so long without a failure, the next one is another outage. */
const quietMs = 30_000

/** A run that was taken; it stays one when it is lost, until nothing of it is at work here any more. */
interface TakenRun {
  /** As it was taken. */
  readonly run: SharedRun
  readonly writer: NoteWriter
  owner: RunOwner | null
}

/** It may have been lost before anybody could be told. */
const own = (taken: TakenRun, owner: RunOwner): void => {
  taken.owner = owner
  if (taken.writer.isLost()) owner.onLost()
}

export const hasEnded = ({ events }: SharedRun): boolean => {
  const last = events.at(-1)
  return last !== undefined && isTerminal(last)
}

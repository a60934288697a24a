import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { isTerminal } from "../../RunEvent.ts"
import type { RunJob } from "../../RunJob.ts"
import type { RunOwner } from "../journal/Journal.ts"
import { damagedRun, type JournalError, unknownRun } from "../journal/JournalError.ts"
import { ownProcess } from "../journal/RunningProcess.ts"
import type { RunNote, SharedRun } from "../journal/RunNote.ts"
import type { SharedJournal } from "../journal/SharedJournal.ts"
import { heldRunOf } from "../journal/sharedRecord.ts"
import { ensureStream } from "./ensureStreams.ts"
import { eventReader } from "./EventReader.ts"
import { Nats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { noteJoiner } from "./noteMessages.ts"
import { type NoteWriter, noteWriter } from "./noteWriter.ts"
import { type NotedRun, readNotes, unreadable } from "./readNotes.ts"
import { runsSpec, runSubject } from "./workSpecs.ts"

/** A note, and where it is in the stream. */
export interface FollowedNote {
  readonly note: RunNote
  readonly sequence: number
}

/** The runs of the fleet: what was submitted, and what became of it, where every node can read it. */
export class SharedRuns extends Context.Service<
  SharedRuns,
  {
    /** The journals of the runs that this process has taken. */
    readonly journal: SharedJournal
    /** Keeps a run that is submitted; nothing happens where it is kept already. */
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
    /** Forgets what was taken, once it has ended or was lost. */
    readonly drop: (runId: string) => void
    /** Lets a run go on that nobody went on with; false where it was not so. */
    readonly release: (
      runId: string,
      decision: SharedRun["decision"],
    ) => Effect.Effect<boolean, NatsError | JournalError>
    /** Its notes as they come, from behind a sequence on. While NATS is away it waits. */
    readonly follow: (runId: string, after: number) => Stream.Stream<FollowedNote, JournalError>
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

      const ensured = Effect.provideService(ensureStream(runsSpec(nats.settings)), Nats, nats)
      const fork = (effect: Effect.Effect<void>) =>
        void Effect.runForkWith(services)(Effect.forkIn(effect, scope, { startImmediately: true }))
      const writerFor = (runId: string, last: number) =>
        noteWriter({
          ...{ nats, runId, last, fork, onWaiting },
          writer: `${self.token}-${++writers}`,
          onLost: () => {
            const lost = held.get(runId)
            held.delete(runId)
            lost?.owner?.onLost()
          },
        })
      /** An outage is said once, and not by each of the runs that it holds up. */
      const onWaiting = (why: string) =>
        Effect.suspend(() => {
          const nowMs = clock.currentTimeMillisUnsafe()
          const isNew = nowMs - waitingAtMs > quietMs
          waitingAtMs = nowMs
          return isNew ? Effect.logWarning(`Runs of the fleet wait until they can be kept: ${why}`) : Effect.void
        })
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
          if (noted === null) return yield* unknownRun(runId)
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
          taken.owner = owner
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
          if (taken === undefined) owner.onLost()
          else taken.owner = owner
        },
      }

      return SharedRuns.of({
        journal,
        submit: (job) =>
          Effect.gen(function* () {
            yield* ensured
            yield* write(writerFor(job.input.runId, 0), { _tag: "Submitted", job })
          }),
        look: (runId) => Effect.andThen(ensured, readNotes(nats, runId)),
        take,
        leave: Effect.fnUntraced(function* (runId, left) {
          const taken = held.get(runId)
          if (taken === undefined) return false
          const isKept = yield* write(taken.writer, { _tag: "Left", ...left })
          held.delete(runId)
          return isKept
        }),
        drop: (runId) => void held.delete(runId),
        release: Effect.fnUntraced(function* (runId, decision) {
          const noted = yield* Effect.andThen(ensured, readNotes(nats, runId))
          if (noted === null) return yield* unknownRun(runId)
          if (noted.run.stopped === null) return false
          return yield* write(writerFor(runId, noted.last), { _tag: "Released", decision })
        }),
        follow: (runId, after) =>
          Stream.unwrap(
            Effect.gen(function* () {
              const reader = yield* eventReader({
                of: runsSpec(nats.settings),
                beginning: { from: "sequence", sequence: after + 1 },
                subjects: [runSubject(runId)],
                ahead,
              })
              const join = noteJoiner()
              return Stream.fromEffectRepeat(reader.next).pipe(
                Stream.flatMap((batch) => Stream.fromIterable(batch)),
                Stream.mapEffect(({ headers, data, seq }) =>
                  Effect.mapBoth(Effect.fromResult(join({ header: headers, data })), {
                    onSuccess: (note) => (note === null ? null : { note, sequence: seq }),
                    onFailure: (why) => unreadable(runId, why),
                  }),
                ),
                Stream.filter((followed) => followed !== null),
              )
            }),
          ).pipe(Stream.provideService(Nats, nats)),
      })
    }),
  )
}

/** As many messages are fetched before somebody wants them. */
const ahead = 64

/** After so long without a failure, the next one is another outage. */
const quietMs = 30_000

interface TakenRun {
  /** As it was taken. */
  readonly run: SharedRun
  readonly writer: NoteWriter
  owner: RunOwner | null
}

export const hasEnded = ({ events }: SharedRun): boolean => {
  const last = events.at(-1)
  return last !== undefined && isTerminal(last)
}

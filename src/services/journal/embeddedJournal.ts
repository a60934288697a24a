import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { JournalSettings } from "../../Settings.ts"
import type { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { EntryWriter } from "../store/StoredEntries.ts"
import { openCustody } from "./custody.ts"
import { groupCommit } from "./groupCommit.ts"
import { askToCancel, heldRuns, hold, holderOf, isHeldBy, letGo } from "./holderEntries.ts"
import type { HeldRun, Journal } from "./Journal.ts"
import { heldRun, type JournalError } from "./JournalError.ts"
import type { JournalFormat } from "./journalFormat.ts"
import { forgetRun, mostAtOnce, type PruneLimits, pruneRuns } from "./pruneRuns.ts"
import { deleteEventsFrom, putBeginning, putEvent, putRecord, recordOf, recordsIn, runOf } from "./runEntries.ts"
import { recordAtEnd, RunBeginning, type RunRecord } from "./RunRecord.ts"

export interface EmbeddedJournalOptions {
  readonly store: Store["Service"]
  readonly settings: JournalSettings
  readonly format: JournalFormat
  readonly nowMs: () => number
}

interface Write {
  readonly runId: string
  /** Whether it takes the run on, so that it is not yet this process's. */
  readonly takesOn: boolean
  readonly to: (entries: EntryWriter) => void
}

/** As many writes are kept for a store that cannot be written. */
const mostWrites = 20_000

/** Ended runs that are too many leave after the first run of a process, and then after so many. */
const pruneEvery = 100

/** The journal in the embedded store. */
export const embeddedJournal = Effect.fnUntraced(function* (options: EmbeddedJournalOptions) {
  const { store, settings, format, nowMs } = options
  const services = yield* Effect.context<never>()
  const custody = yield* openCustody({ store, leaseMs: settings.leaseMs, nowMs })
  const inBackground = (effect: Effect.Effect<unknown>) => void Effect.runForkWith(services)(effect)
  let ended = 0

  const { add, settled } = yield* groupCommit<Write>({
    waitMs: settings.waitMs,
    most: mostWrites,
    commit: (writes) =>
      Effect.map(
        store.write((entries) => {
          const lost = new Set<string>()
          for (const { runId, takesOn, to } of writes) {
            if (takesOn || isHeldBy(entries, runId, custody.token)) to(entries)
            else lost.add(runId)
          }
          return lost
        }),
        custody.lose,
      ),
    giveUp: (writes) => {
      const runIds = [...new Set(writes.map(({ runId }) => runId))]
      runIds.forEach(custody.drop)
      inBackground(
        Effect.logWarning(`${runIds.length} runs are left out of the journal: too much waits to be written.`),
      )
      return runIds.map((runId) => ({ runId, takesOn: true, to: (entries) => forgetRun(entries, runId, format) }))
    },
  })

  const prune = Effect.fnUntraced(function* (limits: PruneLimits): Effect.fn.Return<number, StoreError> {
    for (let deleted = 0; ; yield* Effect.yieldNow) {
      const more = yield* store.write((entries) => pruneRuns(entries, { ...limits, format, nowMs: nowMs() }))
      deleted += more
      if (more < mostAtOnce) return deleted
    }
  })

  const afterEnd = (runId: string): void => {
    custody.drop(runId)
    if (ended++ % pruneEvery === 0) inBackground(Effect.ignore(prune(settings)))
  }

  /** Changes a run of which is still so what was read: nobody else is at it, and it has not ended. */
  const ifStillFree = (run: HeldRun, change: (entries: EntryWriter) => void) =>
    Effect.flatMap(
      store.write((entries): Result.Result<void, JournalError> => {
        const { runId } = run.record
        const holder = holderOf(entries, runId, nowMs())
        const isSame = holder === null ? run.holder === null : holder.gone && holder.token === run.holder?.token
        return Result.flatMap(recordOf(entries, runId, format), ({ status }) =>
          isSame && status === "running"
            ? Result.succeed(change(entries))
            : Result.fail(heldRun(runId, holder, nowMs())),
        )
      }),
      Effect.fromResult,
    )

  /** Leaves of a run what could be read of it, written as this release does. */
  const rewrite = (entries: EntryWriter, { record, beginning, events }: HeldRun): void => {
    deleteEventsFrom(entries, record.runId, events.length)
    if (record.v === format.version) return
    putRecord(entries, { ...record, v: format.version })
    putBeginning(entries, record.runId, encodeBeginning(beginning))
    for (const event of events) putEvent(entries, event, JSON.stringify(event))
  }

  const journal: Journal["Service"] = {
    begin: ({ file }, beginning, owner) => {
      if (!settings.enabled) return
      const { runId, startedAt, workflow } = beginning.input
      const text = Result.try(() => encodeBeginning(beginning))
      if (Result.isFailure(text)) return inBackground(Effect.logWarning(notJson(runId)))
      const record: RunRecord = {
        ...{ v: format.version, runId, workflow: workflow.name, file, startedAt },
        ...{ status: "running", endedAt: null, latencyMs: null, costUsd: null },
      }
      custody.take(record, owner)
      const to = (entries: EntryWriter) => {
        custody.renew(entries)
        putRecord(entries, record)
        putBeginning(entries, runId, text.success)
        hold(entries, runId, custody.token)
      }
      add({ runId, takesOn: true, to }, () => {})
    },
    append: (event, done) => {
      const record = custody.recordOf(event.runId)
      if (record === undefined) return done()
      const text = JSON.stringify(event)
      const atEnd = recordAtEnd(record, event)
      const to = (entries: EntryWriter) => {
        putEvent(entries, event, text)
        if (atEnd === null) return
        putRecord(entries, atEnd)
        letGo(entries, event.runId)
      }
      add({ runId: event.runId, takesOn: false, to }, () => {
        if (atEnd !== null) afterEnd(event.runId)
        done()
      })
    },
    settled,
    list: store.read((entries) => recordsIn(entries, format).map(Result.merge)),
    interrupted: store.read((entries) =>
      heldRuns(entries).filter((runId) => holderOf(entries, runId, nowMs())?.gone === true),
    ),
    read: (runId) =>
      Effect.flatMap(
        store.read((entries) =>
          Result.map(
            Result.flatMap(recordOf(entries, runId, format), (record) => runOf(entries, record, format)),
            (run): HeldRun => ({ ...run, holder: holderOf(entries, runId, nowMs()) }),
          ),
        ),
        Effect.fromResult,
      ),
    claim: (run, owner) =>
      ifStillFree(run, (entries) => {
        custody.renew(entries)
        rewrite(entries, run)
        hold(entries, run.record.runId, custody.token)
      }).pipe(Effect.andThen(Effect.sync(() => custody.take({ ...run.record, v: format.version }, owner)))),
    end: (run, events) =>
      ifStillFree(run, (entries) => {
        rewrite(entries, run)
        for (const event of events) {
          putEvent(entries, event, JSON.stringify(event))
          const atEnd = recordAtEnd({ ...run.record, v: format.version }, event)
          if (atEnd !== null) putRecord(entries, atEnd)
        }
        letGo(entries, run.record.runId)
      }),
    askToCancel: (runId) => store.write((entries) => askToCancel(entries, runId)),
    prune,
  }
  return journal
})

const encodeBeginning = Schema.encodeSync(Schema.fromJsonString(RunBeginning))

const notJson = (runId: string): string =>
  `Run ${runId} is not journaled, so it cannot be resumed: its workflow or inputs hold what is not JSON.`

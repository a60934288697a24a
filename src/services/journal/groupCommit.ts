import { setImmediate } from "node:timers/promises"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { StoreError } from "../store/StoreError.ts"

/** Writes what comes in the order in which it comes: all of one turn of the event loop in one commit. */
export interface GroupCommit<Write> {
  /** `done` is called once: when it is committed, or when waiting for that is given up. */
  readonly add: (write: Write, done: () => void) => void
  /** Resolves when everything that was added before is done. */
  readonly settled: () => Promise<void>
}

export interface GroupCommitOptions<Write> {
  /** Commits all of them or none. */
  readonly commit: (writes: ReadonlyArray<Write>) => Effect.Effect<void, StoreError>
  /** How long is waited for a store that is busy or full. */
  readonly waitMs: number
  /** As many are kept while the store cannot be written. */
  readonly most: number
  /** Takes the place of more than that. */
  readonly giveUp: (writes: ReadonlyArray<Write>) => ReadonlyArray<Write>
}

interface Pending<Write> {
  readonly write: Write
  readonly done: Array<() => void>
}

const shortestPauseMs = 50
const longestPauseMs = 5000

/**
 * While the store cannot be written everything waits, up to `waitMs`; then it goes on without, and what was added is
 * written when that is possible again. Both are said on the log.
 */
export const groupCommit = <Write>({
  commit,
  waitMs,
  most,
  giveUp,
}: GroupCommitOptions<Write>): Effect.Effect<GroupCommit<Write>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const services = yield* Effect.context<never>()
    let backlog: Array<Pending<Write>> = []
    /** How many of the backlog are done, though not written. */
    let passed = 0
    let failingSinceMs: number | null = null
    let givenUp = false
    let writer: Fiber.Fiber<void> | null = null

    const pass = (upTo: number) => {
      const ready = backlog.slice(passed, upTo)
      passed = Math.max(passed, upTo)
      for (const { done } of ready) for (const tell of done) tell()
    }

    const writeAll = Effect.suspend(() => {
      const count = backlog.length
      return Effect.map(commit(backlog.map(({ write }) => write)), () => {
        pass(count)
        backlog = backlog.slice(count)
        passed -= count
      })
    }).pipe(Effect.uninterruptible)

    const recovered = Effect.suspend(() => {
      const said = givenUp ? Effect.logInfo("Runs are journaled again.") : Effect.void
      failingSinceMs = null
      givenUp = false
      return said
    })

    const failed = Effect.fnUntraced(function* ({ reason, message }: StoreError) {
      const nowMs = yield* Clock.currentTimeMillis
      const first = failingSinceMs === null
      failingSinceMs ??= nowMs
      const mayPass = reason === "busy" || reason === "full"
      if (!givenUp && (!mayPass || nowMs - failingSinceMs >= waitMs)) {
        givenUp = true
        yield* Effect.logWarning(`${message} ${withoutJournal}`)
        pass(backlog.length)
      } else if (first) {
        yield* Effect.logWarning(`${message} Runs wait until it can be written, ${waitMs / 1000} s at most.`)
      }
      if (givenUp && backlog.length > most) {
        backlog = giveUp(backlog.map(({ write }) => write)).map((write) => ({ write, done: [] }))
        passed = backlog.length
      }
      yield* Effect.sleep(Math.min(longestPauseMs, Math.max(shortestPauseMs, (nowMs - failingSinceMs) / 4)))
    })

    const writing = Effect.gen(function* () {
      while (backlog.length > 0) {
        yield* Effect.promise(() => setImmediate())
        yield* Effect.matchEffect(writeAll, { onSuccess: () => recovered, onFailure: failed })
      }
      writer = null
    })

    yield* Effect.addFinalizer(() =>
      Effect.gen(function* () {
        if (writer !== null) yield* Fiber.interrupt(writer)
        if (backlog.length > 0) yield* Effect.ignore(writeAll)
        pass(backlog.length)
      }),
    )
    return {
      add: (write, done) => {
        backlog.push({ write, done: [done] })
        if (givenUp) pass(backlog.length)
        writer ??= Effect.runForkWith(services)(writing)
      },
      settled: () =>
        new Promise((resolve) => {
          const last = backlog.at(-1)
          if (last === undefined || passed === backlog.length) resolve()
          else last.done.push(resolve)
        }),
    }
  })

/** What it means that a run goes on although its journal cannot be written. */
const withoutJournal =
  "Runs go on without their journal; it is written as soon as that is possible. Should this process end before that, " +
  "they can be resumed only from where their journal stops: steps that ended since would be run again."

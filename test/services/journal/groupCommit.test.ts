import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { describe, expect } from "vitest"
import { groupCommit } from "../../../src/services/journal/groupCommit.ts"
import { StoreError } from "../../../src/services/store/StoreError.ts"

/** A store that can be written only while `error` is null. */
const scripted = (waitMs = 30_000, most = 100) =>
  Effect.gen(function* () {
    const commits: Array<ReadonlyArray<string>> = []
    const state: { error: StoreError["reason"] | null } = { error: null }
    const group = yield* groupCommit<string>({
      ...{ waitMs, most, giveUp: (writes) => [`${writes.length} given up`] },
      commit: (writes) =>
        Effect.suspend(() => {
          if (state.error !== null) return Effect.fail(new StoreError({ reason: state.error, message: "no" }))
          commits.push(writes)
          return Effect.void
        }),
    })
    const done: Array<string> = []
    return { ...group, commits, done, state, write: (text: string) => group.add(text, () => void done.push(text)) }
  })

/** Lets the event loop turn, and then so much time pass. */
const pass = (ms = 0) =>
  Effect.gen(function* () {
    for (let turn = 0; turn < 5; turn++) yield* Effect.promise(() => new Promise(setImmediate))
    yield* TestClock.adjust(ms)
    for (let turn = 0; turn < 5; turn++) yield* Effect.promise(() => new Promise(setImmediate))
  })

describe("a group commit", () => {
  it.effect("commits all of one turn at once, in order, and says when it is done", () =>
    Effect.gen(function* () {
      const group = yield* scripted()

      group.write("a")
      group.write("b")
      const before = [...group.done]
      yield* Effect.promise(group.settled)
      group.write("c")
      yield* Effect.promise(group.settled)

      expect(before).toEqual([])
      expect(group.commits).toEqual([["a", "b"], ["c"]])
      expect(group.done).toEqual(["a", "b", "c"])
    }),
  )

  it.effect("waits for a store that is busy, and then commits everything in order", () =>
    Effect.gen(function* () {
      const group = yield* scripted()
      group.state.error = "busy"
      group.write("a")
      yield* pass(1000)
      group.write("b")
      yield* pass(1000)
      const whileBusy = [...group.done]

      group.state.error = null
      yield* pass(5000)

      expect(whileBusy).toEqual([])
      expect(group.commits.flat()).toEqual(["a", "b"])
      expect(group.done).toEqual(["a", "b"])
    }),
  )

  it.effect("goes on without the store when it has waited long enough, and writes what was added when it can", () =>
    Effect.gen(function* () {
      const group = yield* scripted(10_000)
      group.state.error = "full"
      group.write("a")
      yield* pass(4000)
      const early = [...group.done]
      for (let second = 0; second < 12; second++) yield* pass(1000)
      group.write("b")
      const without = [...group.done]

      group.state.error = null
      for (let second = 0; second < 12; second++) yield* pass(1000)

      expect(early).toEqual([])
      expect(without).toEqual(["a", "b"])
      expect(group.commits.flat()).toEqual(["a", "b"])
      expect(group.done).toEqual(["a", "b"])
    }),
  )

  it.effect("does not wait for a store that no waiting can mend", () =>
    Effect.gen(function* () {
      const group = yield* scripted()
      group.state.error = "unwritable"

      group.write("a")
      yield* pass()

      expect(group.done).toEqual(["a"])
    }),
  )

  it.effect("keeps no more than it may for a store that cannot be written", () =>
    Effect.gen(function* () {
      const group = yield* scripted(0, 3)
      group.state.error = "full"
      for (const text of ["a", "b", "c", "d", "e"]) group.write(text)
      yield* pass(1000)

      group.state.error = null
      for (let second = 0; second < 6; second++) yield* pass(1000)

      expect(group.done).toEqual(["a", "b", "c", "d", "e"])
      expect(group.commits).toEqual([["5 given up"]])
    }),
  )

  it("commits what is left when it is closed", async () => {
    const commits: Array<ReadonlyArray<string>> = []

    await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const commit = (writes: ReadonlyArray<string>) => Effect.sync(() => void commits.push(writes))
          const group = yield* groupCommit<string>({ commit, waitMs: 0, most: 10, giveUp: () => [] })
          group.add("a", () => {})
        }),
      ),
    )

    expect(commits.flat()).toEqual(["a"])
  })
})

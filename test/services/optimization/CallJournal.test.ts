import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { ModelError } from "../../../src/services/models/Models.ts"
import { type CallOutcome, openCallJournal } from "../../../src/services/optimization/CallJournal.ts"
import { Store } from "../../../src/services/store/Store.ts"

const usage = { tokens: { input: 3, output: 1 }, costUsd: null }
const answered: CallOutcome = { _tag: "Answered", text: "yes\u0000", model: "m", usage, finishReason: "stop" }
const failed: CallOutcome = {
  _tag: "Failed",
  error: new ModelError({ reason: "refused", message: "no", model: "m", usage }),
}

const inStore = <A, E>(work: Effect.Effect<A, E, Store>) => Effect.runPromise(Effect.provide(work, Store.layerMemory))

const kept = Effect.gen(function* () {
  const journal = yield* openCallJournal("job", { resume: false })
  yield* journal.keep("a", answered)
  yield* journal.keep("b", failed)
})

test("a resumed job meets answers and failures again as they were", async () => {
  const journal = await inStore(Effect.andThen(kept, () => openCallJournal("job", { resume: true })))

  expect(journal.recalled).toBe(2)
  expect(journal.recall("a")).toEqual(answered)
  expect(journal.recall("b")).toEqual(failed)
  expect(journal.recall("c")).toBeUndefined()
})

test.each([{ resume: false }, { resume: true }])("%j never sees the calls of another job", async (options) => {
  const journal = await inStore(Effect.andThen(kept, () => openCallJournal("other", options)))

  expect(journal.recalled).toBe(0)
})

test("a fresh start drops what an interrupted one left, and a finished job leaves nothing", async () => {
  const recalled = await inStore(
    Effect.gen(function* () {
      yield* kept
      yield* openCallJournal("job", { resume: false })
      const afterFreshStart = yield* openCallJournal("job", { resume: true })
      yield* kept
      yield* (yield* openCallJournal("job", { resume: true })).drop
      return [afterFreshStart.recalled, (yield* openCallJournal("job", { resume: true })).recalled]
    }),
  )

  expect(recalled).toEqual([0, 0])
})

test("an entry that cannot be read is as if it were not there", async () => {
  const journal = await inStore(
    Effect.gen(function* () {
      yield* kept
      const store = yield* Store
      yield* store.collection("optimization-calls:job").put("a", '{"_tag":"Answered","text":')
      return yield* openCallJournal("job", { resume: true })
    }),
  )

  expect(journal.recall("a")).toBeUndefined()
  expect(journal.recall("b")).toEqual(failed)
})

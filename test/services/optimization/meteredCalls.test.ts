import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { expect, test } from "vitest"
import { CallMeter } from "../../../src/services/models/CallMeter.ts"
import type { ModelRequest } from "../../../src/services/models/Models.ts"
import { Budget } from "../../../src/services/optimization/Budget.ts"
import type { CallJournal } from "../../../src/services/optimization/CallJournal.ts"
import { meteredCalls } from "../../../src/services/optimization/meteredCalls.ts"

const request: ModelRequest = {
  model: "scripted/model",
  messages: [{ role: "user", content: "red" }],
  origin: { runId: "job", step: "sort", path: "sort", track: "optimized" },
}

test("an answer that came is kept, though the job is interrupted while the store is busy", async () => {
  const kept: Array<string> = []
  const effect = Effect.gen(function* () {
    const isKeeping = yield* Deferred.make<void>()
    const journal: CallJournal = {
      recalled: 0,
      recall: () => undefined,
      keep: (key) =>
        Effect.gen(function* () {
          yield* Deferred.succeed(isKeeping, undefined)
          yield* Effect.promise(() => new Promise(setImmediate))
          kept.push(key)
        }),
      drop: Effect.void,
      dropFailures: Effect.void,
    }
    const calls = meteredCalls({ budget: new Budget({}, 0), journal, prices: {}, concurrency: 1 })
    const answer = { text: "warm", model: "scripted/model", usage: { tokens: { input: 1, output: 1 }, costUsd: 0 } }
    const asking = Effect.flatMap(CallMeter, (meter) =>
      meter(request, Effect.succeed({ ...answer, finishReason: "stop" })),
    )

    const fiber = yield* Effect.forkChild(calls.within(1, asking))
    yield* Deferred.await(isKeeping)
    yield* Fiber.interrupt(fiber)
  })

  await Effect.runPromise(effect)

  expect(kept).toHaveLength(1)
})

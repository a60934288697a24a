import { describe, expect, it } from "@effect/vitest"
import { APICallError } from "ai"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/testing/TestClock"
import type { ModelLimits } from "../../../src/ModelLimits.ts"
import { Fleet } from "../../../src/services/cache/Fleet.ts"
import { FactRecorder } from "../../../src/services/FactRecorder.ts"
import { limitedAttempts, limitedCalls } from "../../../src/services/limits/limitedModels.ts"
import { Models } from "../../../src/services/models/Models.ts"
import type { ModelObject } from "../../../src/services/models/ModelSources.ts"
import { modelsLayer } from "../../../src/services/models/modelsLayer.ts"
import { ask, type ModelCalled, settings } from "../models/givenModels.ts"

const tokens = { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }

/** A model that the test answers for: each request waits until it is told what becomes of it. */
const aModelObject = () => {
  const requests = Effect.runSync(Queue.unbounded<{ readonly prompt: string; readonly end: (ok: boolean) => void }>())
  const object: ModelObject = {
    specificationVersion: "v4",
    provider: "own",
    modelId: "slow",
    supportedUrls: {},
    doGenerate: async ({ prompt }) => {
      const content = prompt.at(-1)?.content
      const part = Array.isArray(content) ? content[0] : undefined
      const text = part?.type === "text" ? part.text : ""
      const ended = Promise.withResolvers<boolean>()
      Queue.offerUnsafe(requests, { prompt: text, end: ended.resolve })
      if (!(await ended.promise))
        throw new APICallError({ message: "Overloaded", url: "", requestBodyValues: {}, statusCode: 500 })
      return {
        content: [{ type: "text", text: `says ${text}` }],
        finishReason: { unified: "stop", raw: "stop" },
        usage: { inputTokens: tokens, outputTokens: { total: 1, text: 1, reasoning: 0 } },
        warnings: [],
      }
    },
    doStream: () => Promise.reject(new Error("not streamed")),
  }
  return { object, next: Queue.take(requests), waiting: Queue.size(requests) }
}

const given = (limits: ModelLimits, limitedAt: typeof limitedAttempts = limitedAttempts) =>
  Effect.gen(function* () {
    const { object, next, waiting } = aModelObject()
    const facts = yield* Queue.unbounded<ModelCalled>()
    const recorder = Layer.succeed(FactRecorder, {
      record: (_runId, fact) => Effect.sync(() => void (fact._tag === "ModelCalled" && Queue.offerUnsafe(facts, fact))),
    })
    const layer = modelsLayer({
      settings: settings({ modelRetries: 1 }),
      environment: {},
      models: { "own/slow": object },
    })
    const limited = limitedAt(layer, limits).pipe(Layer.provide(Layer.merge(recorder, Fleet.layerAlone)))
    const models = Context.get(yield* Layer.build(limited), Models)
    const call = (prompt: string) => Effect.forkChild(models.generate(ask("own/slow", prompt)))
    return { call, next, waiting, fact: Queue.take(facts), told: Queue.size(facts) }
  })

describe("a model with limits", () => {
  it.effect("has a slot for others while a call waits to be repeated", () =>
    Effect.gen(function* () {
      const { call, next, fact } = yield* given({ "own/slow": { concurrent: 1 } })

      const first = yield* call("first")
      const failing = yield* next
      const second = yield* call("second")
      failing.end(false)
      const between = yield* next
      between.end(true)
      yield* Fiber.join(second)
      yield* Effect.andThen(fact, fact)
      yield* TestClock.adjust("1 second")
      const again = yield* next
      again.end(true)

      expect([failing.prompt, between.prompt, again.prompt]).toEqual(["first", "second", "first"])
      expect((yield* Fiber.join(first)).text).toBe("says first")
    }),
  )

  it.effect("counts every attempt against the rate, and says how long it waited beside how long it took", () =>
    Effect.gen(function* () {
      const { call, next, fact } = yield* given({ "own/*": { perMinute: 6 } })

      const calling = yield* call("first")
      const failing = yield* next
      failing.end(false)
      const failed = yield* fact
      yield* TestClock.adjust("10 seconds")
      const again = yield* next
      const startedAtMs = yield* Clock.currentTimeMillis
      yield* TestClock.adjust("2 seconds")
      again.end(true)
      yield* Fiber.join(calling)
      const answered = yield* fact

      expect(startedAtMs).toBe(10_000)
      expect(failed).toMatchObject({ attempt: 1, latencyMs: 0 })
      expect(failed).not.toHaveProperty("waitedMs")
      expect(answered).toMatchObject({ attempt: 2, latencyMs: 2000 })
      // What is left of 10 s after the pause of 0.4 to 0.6 s before the call is repeated.
      expect(answered.waitedMs).toBeGreaterThanOrEqual(9400)
      expect(answered.waitedMs).toBeLessThanOrEqual(9600)
    }),
  )

  it.effect("was not called by a call that is given up while it waits", () =>
    Effect.gen(function* () {
      const { call, next, waiting, fact, told } = yield* given({ "own/slow": { concurrent: 1 } })

      const first = yield* call("first")
      const request = yield* next
      const second = yield* call("second")
      yield* TestClock.adjust("900 millis")
      yield* Fiber.interrupt(second)
      request.end(true)
      yield* Fiber.join(first)
      yield* fact
      const third = yield* call("third")
      const last = yield* next
      last.end(true)
      yield* Fiber.join(third)
      yield* fact

      expect(last.prompt).toBe("third")
      expect([yield* waiting, yield* told]).toEqual([0, 0])
    }),
  )

  it.effect("holds back no model that it does not name", () =>
    Effect.gen(function* () {
      const { call, next } = yield* given({ "own/other": { concurrent: 1, perMinute: 1 } })

      const calls = [yield* call("first"), yield* call("second")]
      const requests = [yield* next, yield* next]
      for (const { end } of requests) end(true)

      expect(yield* Effect.forEach(calls, Fiber.join)).toHaveLength(2)
    }),
  )

  it.effect("that is not ours is asked within them once for a call, repeated or not", () =>
    Effect.gen(function* () {
      const { call, next } = yield* given({ "own/slow": { concurrent: 1, perMinute: 6 } }, limitedCalls)

      const first = yield* call("first")
      const failing = yield* next
      failing.end(false)
      yield* call("second")
      yield* TestClock.adjust("1 second")
      const again = yield* next
      again.end(true)
      yield* Fiber.join(first)
      yield* TestClock.adjust("9 seconds")
      const after = yield* next

      expect([again.prompt, after.prompt]).toEqual(["first", "second"])
      expect(yield* Clock.currentTimeMillis).toBe(10_000)
    }),
  )
})

it("models without limits are left as they are", () => {
  const models = modelsLayer({ settings: settings(), environment: {}, models: {} })

  expect(limitedAttempts(models, {})).toBe(models)
  expect(limitedCalls(models, {})).toBe(models)
})

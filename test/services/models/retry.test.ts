import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { RepeatableCalls } from "../../../src/services/models/RepeatableCalls.ts"
import { ask, counted, everyFormat, givenModels, mockServer, settingsAt } from "./givenModels.ts"
import type { GivenFixture } from "./givenModels.ts"

const overloaded: GivenFixture[0] = { error: { message: "Overloaded" }, status: 500 }
const limited = (retryAfter: number): GivenFixture[0] => ({ error: { message: "Slow down" }, status: 429, retryAfter })
const delivered: GivenFixture[0] = { content: "delivery", usage: counted(1000, 100) }

describe("a call that fails", () => {
  it.effect.each(everyFormat)("of %s is repeated after a server error", (model) =>
    Effect.gen(function* () {
      const { models, facts, nextFact } = yield* givenSequence([overloaded, delivered])

      const call = yield* Effect.forkChild(models.generate(ask(model, "parcel")))
      yield* nextFact
      yield* TestClock.adjust("1 second")
      const answer = yield* Fiber.join(call)

      expect(answer).toMatchObject({ text: "delivery", usage: { tokens: { input: 1000, output: 100 } } })
      expect(facts.map(({ attempt, error }) => [attempt, error])).toEqual([
        [1, expect.stringContaining("(status 500): Overloaded")],
        [2, undefined],
      ])
    }),
  )

  it.effect("is not repeated where what it began must not be done twice", () =>
    Effect.gen(function* () {
      const { models, facts } = yield* givenSequence([overloaded, delivered])

      const error = yield* models
        .generate(ask("openai/gpt-5-mini", "parcel"))
        .pipe(Effect.provideService(RepeatableCalls, false), Effect.flip)

      expect(error.reason).toBe("server_error")
      expect(facts).toHaveLength(1)
    }),
  )

  it.effect.each([1, 60, 120])("waits the %d s that Retry-After asks for, and no less", (seconds) =>
    Effect.gen(function* () {
      const { models, facts, nextFact } = yield* givenSequence([limited(seconds), delivered])

      const call = yield* Effect.forkChild(models.generate(ask("openai/gpt-5-mini", "parcel")))
      yield* nextFact
      yield* TestClock.adjust(seconds * 1000 - 1)
      const before = facts.length
      yield* TestClock.adjust(1)
      yield* Fiber.join(call)

      expect(before).toBe(1)
      expect(yield* Clock.currentTimeMillis).toBe(seconds * 1000)
    }),
  )

  it.effect("fails at once when it is asked to wait more than two minutes", () =>
    Effect.gen(function* () {
      const { models, facts } = yield* givenSequence([limited(121), delivered])

      const error = yield* Effect.flip(models.generate(ask("openai/gpt-5-mini", "parcel")))

      expect(error.reason).toBe("rate_limited")
      expect(error.message).toBe(
        "OpenAI limits the calls of openai/gpt-5-mini (status 429): Slow down. " +
          "Try again later, or raise the limit or quota of the account. " +
          "It asks to wait 121 s, and a call waits 120 s at most.",
      )
      expect(facts).toHaveLength(1)
    }),
  )

  it.effect("waits about twice as long each time, and gives up after the retries that are set", () =>
    Effect.gen(function* () {
      const { models, facts, nextFact } = yield* givenSequence([overloaded])
      const startsMs: Array<number> = []

      const call = yield* Effect.forkChild(Effect.flip(models.generate(ask("openai/gpt-5-mini", "parcel"))))
      for (const waitMs of [600, 1200, 2400]) {
        yield* nextFact
        startsMs.push(yield* Clock.currentTimeMillis)
        yield* TestClock.adjust(waitMs)
      }
      const error = yield* Fiber.join(call)

      expect(error.reason).toBe("server_error")
      expect(error.message).toMatch(/choose another model\. Gave up after 4 attempts\.$/)
      expect(error.usage).toEqual({ tokens: { input: 0, output: 0 }, costUsd: 0 })
      expect(facts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
      expect(startsMs).toEqual([0, 600, 1800])
    }),
  )

  it.effect("is not repeated when the quota is used up", () =>
    Effect.gen(function* () {
      const exceeded = { error: { message: "You exceeded your quota", code: "insufficient_quota" }, status: 429 }
      const { models, facts } = yield* givenSequence([exceeded, delivered])

      const error = yield* Effect.flip(models.generate(ask("openai/gpt-5-mini", "parcel")))

      expect(error.reason).toBe("rate_limited")
      expect(error.message).toContain("You exceeded your quota. Try again later, or raise the limit or quota")
      expect(facts).toHaveLength(1)
    }),
  )

  it.effect.each([400, 401, 404])("is not repeated after %d", (status) =>
    Effect.gen(function* () {
      const { models, facts } = yield* givenSequence([{ error: { message: "no" }, status }, delivered])

      yield* Effect.flip(models.generate(ask("openai/gpt-5-mini", "parcel")))

      expect(facts).toHaveLength(1)
    }),
  )

  it.effect("starts the streamed text over, and says with which attempt each piece came", () =>
    Effect.gen(function* () {
      const { mock, models, nextFact } = yield* givenSequence([])
      const options = { truncateAfterChunks: 8, chunkSize: 1, latency: 5 }
      mock.on({ userMessage: "parcel", sequenceIndex: 0 }, { content: "one two three" }, options)
      mock.on({ userMessage: "parcel", sequenceIndex: 1 }, { content: "one two three" })
      const pieces: Array<readonly [string, number]> = []
      const onText = (delta: string, attempt: number) => pieces.push([delta, attempt])

      const call = yield* Effect.forkChild(models.generate(ask("openai/gpt-5-mini", "parcel", { onText })))
      yield* nextFact
      yield* TestClock.adjust("1 second")
      const answer = yield* Fiber.join(call)

      expect(answer.text).toBe("one two three")
      expect(
        pieces
          .filter(([, attempt]) => attempt === 2)
          .map(([delta]) => delta)
          .join(""),
      ).toBe("one two three")
      expect(pieces.some(([, attempt]) => attempt === 1)).toBe(true)
      expect(answer.usage.costUsd).toBeNull()
    }),
  )
})

/** Answers in order; the last one stays. */
const givenSequence = Effect.fnUntraced(function* (responses: ReadonlyArray<GivenFixture[0]>) {
  const mock = yield* mockServer
  for (const [sequenceIndex, response] of responses.entries())
    mock.on({ userMessage: "parcel", ...(sequenceIndex === responses.length - 1 ? {} : { sequenceIndex }) }, response)
  const given = yield* givenModels({ settings: settingsAt(mock.url, { modelRetries: 3 }) })
  return { mock, ...given }
})

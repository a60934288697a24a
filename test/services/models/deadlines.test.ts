import { once } from "node:events"
import type { Server, Socket } from "node:net"
import { createServer } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/testing/TestClock"
import { ask, everyFormat, givenModels, mockServer, settingsAt } from "./givenModels.ts"

describe("a server that says nothing", () => {
  it.effect.each(everyFormat)("for a minute fails the call to %s, and its connection is closed", (model) =>
    Effect.gen(function* () {
      const { url, accepted } = yield* muteServer
      const { models, facts } = yield* givenModels({ settings: settingsAt(url) })

      const call = yield* Effect.forkChild(Effect.flip(models.generate(ask(model, "parcel"))))
      const socket = yield* accepted
      yield* TestClock.adjust("60 seconds")
      const error = yield* Fiber.join(call)

      expect(error.reason).toBe("timeout")
      expect(error.message).toMatch(
        new RegExp(
          `gave no answer for ${model} within 60 s\\. ` +
            "Raise the step's timeout_ms or modelTimeoutMs of the settings, or choose a faster model\\.$",
        ),
      )
      expect(error.usage).toEqual({ tokens: { input: 0, output: 0 }, costUsd: null })
      expect(facts).toMatchObject([{ attempt: 1, latencyMs: 60_000, error: error.message }])
      yield* closed(socket)
    }),
  )

  it.effect("is asked again within a deadline of its own", () =>
    Effect.gen(function* () {
      const { url, accepted } = yield* muteServer
      const settings = settingsAt(url, { modelRetries: 1, modelTimeoutMs: 5000 })
      const { models, facts, nextFact } = yield* givenModels({ settings })

      const call = yield* Effect.forkChild(Effect.flip(models.generate(ask("local/llama", "parcel"))))
      yield* accepted
      yield* TestClock.adjust("5 seconds")
      yield* nextFact
      yield* TestClock.adjust("600 millis")
      yield* accepted
      yield* TestClock.adjust("5 seconds")
      const error = yield* Fiber.join(call)

      expect(error.message).toContain("within 5 s.")
      expect(error.message).toMatch(/Gave up after 2 attempts\.$/)
      expect(facts.map(({ latencyMs }) => latencyMs >= 5000)).toEqual([true, true])
    }),
  )

  it.effect("while it streams fails the call too", () =>
    Effect.gen(function* () {
      const { url, accepted } = yield* muteServer
      const { models } = yield* givenModels({ settings: settingsAt(url) })

      const request = ask("anthropic/claude-sonnet-5", "parcel", { onText: () => {}, timeoutMs: 1500 })
      const call = yield* Effect.forkChild(Effect.flip(models.generate(request)))
      const socket = yield* accepted
      yield* TestClock.adjust(1500)
      const error = yield* Fiber.join(call)

      expect(error.reason).toBe("timeout")
      expect(error.message).toContain("within 1.5 s.")
      yield* closed(socket)
    }),
  )
})

describe("a server that is slow", () => {
  it.live("answers in time when it answers before the deadline", () =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      mock.on({ userMessage: "parcel" }, { content: "delivery" }, { chaos: { latencyMs: 40 } })
      const { models, facts } = yield* givenModels({ settings: settingsAt(mock.url) })

      const answer = yield* models.generate(ask("openai/gpt-5-mini", "parcel"))

      expect(answer.text).toBe("delivery")
      expect(facts[0]!.latencyMs).toBeGreaterThanOrEqual(40)
    }),
  )

  it.effect("fails when the deadline comes first", () =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      mock.on({ userMessage: "parcel" }, { content: "delivery" }, { chaos: { latencyMs: 1000 } })
      const { spy, requested } = requestSpy()
      const { models } = yield* givenModels({ settings: settingsAt(mock.url), fetch: spy })

      const request = ask("openai/gpt-5-mini", "parcel", { timeoutMs: 100 })
      const call = yield* Effect.forkChild(Effect.flip(models.generate(request)))
      yield* Effect.promise(() => requested)
      yield* TestClock.adjust(100)
      const error = yield* Fiber.join(call)

      expect(error.message).toContain("OpenAI gave no answer for openai/gpt-5-mini within 100 ms.")
    }),
  )
})

describe("interrupting a call", () => {
  it.effect.each([
    ["answered whole", {}],
    ["streamed", { onText: () => {} }],
  ] as const)("that is %s closes the connection at once and records the attempt as cancelled", ([, more]) =>
    Effect.gen(function* () {
      const { url, accepted } = yield* muteServer
      const { models, facts } = yield* givenModels({ settings: settingsAt(url, { modelRetries: 3 }) })

      const call = yield* Effect.forkChild(models.generate(ask("anthropic/claude-sonnet-5", "parcel", more)))
      const socket = yield* accepted
      yield* Fiber.interrupt(call)

      yield* closed(socket)
      expect(yield* Clock.currentTimeMillis).toBe(0)
      expect(facts).toMatchObject([{ attempt: 1, error: "cancelled", usage: { costUsd: null } }])
    }),
  )

  it.effect("while it waits to try again makes no further attempt", () =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      mock.on({ userMessage: "parcel" }, { error: { message: "Slow down" }, status: 429, retryAfter: 60 })
      const { models, nextFact } = yield* givenModels({ settings: settingsAt(mock.url, { modelRetries: 3 }) })

      const call = yield* Effect.forkChild(models.generate(ask("openai/gpt-5-mini", "parcel")))
      yield* nextFact
      yield* Fiber.interrupt(call)
      yield* TestClock.adjust("2 minutes")

      expect(mock.getRequests()).toHaveLength(1)
    }),
  )
})

/** Takes connections, hands over each whose request has begun to arrive, and never answers. */
const muteServer = Effect.gen(function* () {
  const requested = yield* Queue.unbounded<Socket>()
  const sockets: Array<Socket> = []
  const accept = (socket: Socket) => {
    sockets.push(socket)
    socket.on("error", () => {}).once("data", () => Queue.offerUnsafe(requested, socket))
  }
  const server = yield* Effect.acquireRelease(
    Effect.promise(async () => {
      const server = createServer(accept).listen(0, "127.0.0.1")
      await once(server, "listening")
      return server
    }),
    (server) =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      }),
  )
  return { url: `http://127.0.0.1:${portOf(server)}`, accepted: Queue.take(requested) }
})

const closed = (socket: Socket) =>
  Effect.promise(async () => {
    if (!socket.closed) await once(socket, "close")
  })

const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

const requestSpy = () => {
  const { promise: requested, resolve } = Promise.withResolvers<void>()
  const spy: typeof globalThis.fetch = (url, init) => {
    resolve()
    return fetch(url, init)
  }
  return { spy, requested }
}

import { jetstream } from "@nats-io/jetstream"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { expect, test } from "vitest"
import { type EventQuery, EventSource } from "../../../src/services/events/EventSource.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { natsEventSource } from "../../../src/services/nats/natsEventSource.ts"
import { histories, interleaved, natsSettings } from "./events.ts"
import { describeWithNats } from "./natsProgram.ts"
import { natsServer } from "./natsServer.ts"
import { makeStream, publish } from "./publish.ts"
import { proxyTo } from "./proxy.ts"

/** A reader of its own, with its own connection. */
const reading = <A, E>(servers: ReadonlyArray<string>, effect: Effect.Effect<A, E, EventSource | Nats>) =>
  Effect.runPromise(
    Effect.provide(effect, Layer.provideMerge(natsEventSource, Nats.layer(natsSettings({ servers }), "reader"))),
  )

const connected = Nats.use((nats) => nats.connected)

const events = (query: EventQuery) =>
  Stream.unwrap(Effect.map(EventSource, (source) => source.events(query))).pipe(
    Stream.map(({ event, handled }) => {
      handled()
      return event
    }),
  )

/** The first events of those that still come. */
const first = (count: number, query: Omit<EventQuery, "follow"> = {}) =>
  Stream.runCollect(Stream.take(events({ ...query, follow: true }), count))

const here = (query: Omit<EventQuery, "follow"> = {}) =>
  Effect.andThen(connected, Stream.runCollect(events({ ...query, follow: false })))

const ids = (found: ReadonlyArray<{ readonly id: string }>) => found.map(({ id }) => id)

const someEvents = interleaved(histories(["run-1", "run-2", "run-3"]))

/** About half of them happened since then. */
const since = someEvents.map(({ at }) => at).toSorted()[Math.floor(someEvents.length / 2)]!
const sinceThen = someEvents.filter(({ at }) => at >= since)

test("without NATS it is said what to do", async () => {
  const error = await reading([], Effect.flip(Stream.runCollect(events({ follow: false }))))

  expect(error.message).toMatch(/needs NATS; name a server with --nats URL/)
})

describeWithNats("the events of a fleet", () => {
  test("are what the stream holds, in its order; then it ends", async () => {
    const server = await natsServer()
    const client = await server.client()
    await makeStream(client)
    await publish(client, someEvents)

    const found = await reading([server.url], here())

    expect(found).toEqual(someEvents)
  })

  test("are none where the stream is new", async () => {
    const server = await natsServer()

    expect(await reading([server.url], here())).toEqual([])
  })

  test("can be those of one run, and those since a time", async () => {
    const server = await natsServer()
    const client = await server.client()
    await makeStream(client)
    await publish(client, someEvents)

    const [ofRun, recent] = await reading([server.url], Effect.all([here({ run: "run-2" }), here({ since })]))

    expect(ofRun).toEqual(someEvents.filter(({ runId }) => runId === "run-2"))
    expect(recent).toEqual(sinceThen)
    expect(recent.length).toBeLessThan(someEvents.length)
  })

  test("are followed as they come, though the server is killed and started in between", async () => {
    const server = await natsServer()
    const client = await server.client()
    await makeStream(client)
    const half = Math.ceil(someEvents.length / 2)

    const found = await reading(
      [server.url],
      Effect.gen(function* () {
        const following = yield* Effect.forkChild(first(someEvents.length))
        yield* Effect.promise(() => publish(client, someEvents.slice(0, half)))
        yield* Effect.promise(() => server.kill())
        yield* Effect.promise(() => server.start())
        yield* Effect.promise(() => publish(client, someEvents.slice(half)))
        return yield* Fiber.join(following)
      }),
    )

    expect(ids(found)).toEqual(ids(someEvents))
  })

  test("are followed through a network that goes silent", async () => {
    const server = await natsServer()
    const proxy = await proxyTo(server.port)
    const client = await server.client()
    await makeStream(client)
    const half = Math.ceil(someEvents.length / 2)

    const found = await reading(
      [proxy.url],
      Effect.gen(function* () {
        yield* connected
        const following = yield* Effect.forkChild(first(someEvents.length))
        yield* Effect.promise(() => publish(client, someEvents.slice(0, half)))
        proxy.pause()
        yield* Effect.promise(() => publish(client, someEvents.slice(half)))
        proxy.resume()
        return yield* Fiber.join(following)
      }),
    )

    expect(ids(found)).toEqual(ids(someEvents))
  })

  test("wait for a slow reader instead of piling up in memory", async () => {
    const server = await natsServer()
    const client = await server.client()
    await makeStream(client)
    const many = histories(Array.from({ length: 150 }, (_, index) => `run-${index}`)).flat()
    await Promise.all(many.map((event) => publish(client, [event])))
    const received = (nats: Nats["Service"]) =>
      nats.use("counting", async ({ connection }) => connection.stats().inMsgs)

    const receivedAtFirst = await reading(
      [server.url],
      Effect.gen(function* () {
        const nats = yield* Nats
        yield* connected
        let atFirst = 0
        yield* Stream.runForEach(Stream.take(events({ follow: true }), 2), () =>
          Effect.gen(function* () {
            for (let round = 0; round < 50; round += 1) {
              yield* nats.use("a round trip", ({ connection }) => connection.rtt())
            }
            atFirst = yield* received(nats)
          }),
        )
        return atFirst
      }),
    )

    expect(many.length).toBeGreaterThan(1500)
    expect(receivedAtFirst).toBeLessThan(700)
  })

  test("go on where a durable subscriber stopped, and are given again where it did not acknowledge", async () => {
    const server = await natsServer()
    const client = await server.client()
    await makeStream(client)
    await publish(client, someEvents)

    const start = await reading([server.url], first(5, { durable: "copy" }))
    const rest = await reading([server.url], first(someEvents.length - 5, { durable: "copy" }))

    expect(ids([...start, ...rest])).toEqual(ids(someEvents))
  })

  test("come to a durable subscriber in full where some are older than it asks for", async () => {
    const server = await natsServer()
    const client = await server.client()
    await makeStream(client)
    await publish(client, someEvents)

    const found = await reading([server.url], first(sinceThen.length, { since, durable: "copy" }))

    expect(ids(found)).toEqual(ids(sinceThen))
    expect(sinceThen.length).toBeLessThan(someEvents.length)
  })

  test("refuse a durable name that the server does not take", async () => {
    const server = await natsServer()

    const error = await reading([server.url], Effect.flip(first(1, { durable: "a.b" })))

    expect(error.message).toBe(`durable "a.b": expected letters, digits, "_" and "-" only`)
  })

  test("leave out what a later release wrote, and what is no event", async () => {
    const server = await natsServer()
    const client = await server.client()
    await makeStream(client)
    await publish(client, someEvents.slice(0, 3))
    await jetstream(client).publish("doubletrack.events.run.w.run-1.NewKind", JSON.stringify({ _tag: "NewKind" }))
    await jetstream(client).publish("doubletrack.events.run.w.run-1.StepStarted", "no JSON")
    await publish(client, someEvents.slice(3))

    expect(ids(await reading([server.url], here()))).toEqual(ids(someEvents))
  })
})

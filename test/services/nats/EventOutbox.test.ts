import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import type { NatsSettings } from "../../../src/NatsSettings.ts"
import { EventOutbox } from "../../../src/services/nats/EventOutbox.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { append, type OutboxMessage, outboxTotals } from "../../../src/services/nats/outboxLane.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { StoreError } from "../../../src/services/store/StoreError.ts"
import { folder, histories, interleaved, natsSettings, positionsByRun, positionsOf, storedEvents } from "./events.ts"
import { describeWithNats } from "./natsProgram.ts"
import { natsServer } from "./natsServer.ts"
import { proxyTo } from "./proxy.ts"

interface Process {
  readonly nats: typeof NatsSettings.Encoded
  readonly directory: string
}

/** One process with an outbox: does this, and closes. */
const running = <A, E>({ nats, directory }: Process, effect: Effect.Effect<A, E, EventOutbox | Nats | Store>) =>
  Effect.runPromise(
    effect.pipe(
      Effect.provide(
        EventOutbox.layer.pipe(
          Layer.provideMerge(Nats.layer(natsSettings(nats), "test")),
          Layer.provideMerge(Store.layer(directory)),
          Layer.provide(NodeServices.layer),
        ),
      ),
    ),
  )

const taking = (events: ReadonlyArray<Parameters<EventOutbox["Service"]["take"]>[0]>) =>
  EventOutbox.use(({ take }) => Effect.sync(() => events.forEach(take)))
const drained = EventOutbox.use((outbox) => outbox.drained)
const report = EventOutbox.use((outbox) => outbox.report)

const runIds = (count: number) => Array.from({ length: count }, (_, index) => `run-${index}`)

test("without NATS the outbox takes nothing", async () => {
  const { waiting } = await running(
    { nats: {}, directory: folder() },
    Effect.andThen(taking(histories(["run-1"]).flat()), report),
  )

  expect(waiting).toBe(0)
})

describeWithNats("the outbox", () => {
  test("sends every event once, in the order of its run, under a subject that says what it is", async () => {
    const server = await natsServer()
    const runs = histories(runIds(20))

    await running(
      { nats: { servers: [server.url] }, directory: folder() },
      Effect.andThen(taking(interleaved(runs)), drained),
    )

    const stored = await storedEvents(await server.client())
    expect(positionsByRun(stored)).toEqual(positionsOf(runs))
    for (const { subject, event } of stored) {
      expect(subject).toMatch(new RegExp(`^doubletrack\\.events\\.run\\.[^.]+\\.${event.runId}\\.${event._tag}$`))
    }
  })

  test("keeps no dot, space or wildcard of a name in the subject", async () => {
    const server = await natsServer()
    const [event] = histories(["run.1 *"]).flat()

    await running(
      { nats: { servers: [server.url] }, directory: folder() },
      Effect.andThen(taking([{ ...event!, workflow: "a.b > c" }]), drained),
    )

    const [stored] = await storedEvents(await server.client())
    expect(stored!.subject).toBe(`doubletrack.events.run.a%2Eb%20%3E%20c.run%2E1%20%2A.${event!._tag}`)
  })

  test("keeps what happens while NATS is away, and the next process sends it", async () => {
    const server = await natsServer()
    await server.stop()
    const runs = histories(runIds(8))
    const here = { nats: { servers: [server.url] }, directory: folder() }

    await running(here, taking(interleaved(runs)))
    await server.start()
    const left = await running(
      here,
      EventOutbox.use(({ take, drained }) => {
        take(histories(["run-later"]).flat()[0]!)
        return Effect.andThen(drained, report)
      }),
    )

    const positions = positionsByRun(await storedEvents(await server.client()))
    expect(positions).toEqual({ ...positionsOf(runs), "run-later": [0] })
    expect(left).toMatchObject({ waiting: 0, dropped: 0 })
  })

  test("loses and doubles nothing when the server is killed and started while events come", async () => {
    const server = await natsServer()
    const runs = histories(runIds(40))
    const events = interleaved(runs)
    const third = Math.ceil(events.length / 3)

    await running(
      { nats: { servers: [server.url] }, directory: folder() },
      Effect.gen(function* () {
        yield* taking(events.slice(0, third))
        yield* drained
        yield* Effect.promise(() => server.kill())
        yield* taking(events.slice(third, 2 * third))
        yield* Effect.promise(() => server.start())
        yield* taking(events.slice(2 * third))
        yield* Effect.promise(() => server.kill())
        yield* Effect.promise(() => server.start())
        yield* drained
      }),
    )

    expect(positionsByRun(await storedEvents(await server.client()))).toEqual(positionsOf(runs))
  })

  test.each([
    ["at once", 300_000, 0],
    ["after the server has forgotten them", 100, 250],
  ])(
    "doubles nothing that had arrived when the process was killed, sent again %s",
    async (_, duplicateWindowMs, afterMs) => {
      const server = await natsServer()
      const runs = histories(runIds(5))
      const here = { nats: { servers: [server.url], events: { duplicateWindowMs } }, directory: folder() }
      await running(here, Effect.andThen(taking(runs.flat()), drained))
      const client = await server.client()
      const stored = await storedEvents(client)

      // What a process leaves that was killed before it could take note of the server's answers.
      const messages = stored.map(
        ({ subject, event }): OutboxMessage => ({
          id: event.id,
          subject,
          chain: event.runId!,
          seq: event.seq!,
          data: JSON.stringify(event),
        }),
      )
      const bounds = { maxEvents: 1000, maxBytes: 10_000_000 }
      await running(
        { ...here, nats: {} },
        Store.use((store) =>
          store.write((entries) => append(entries, { name: "killed", number: 0 }, messages, bounds)),
        ),
      )
      const writtenAt = Date.now()
      while (Date.now() < writtenAt + afterMs) await client.rtt()
      const [later] = histories(["run-later"])
      await running(here, Effect.andThen(taking(later!), drained))

      expect(positionsByRun(await storedEvents(client))).toEqual(positionsOf([...runs, later!]))
    },
  )

  test("sends nothing that another process has sent of the same run meanwhile, and the server has forgotten", async () => {
    const server = await natsServer()
    const proxy = await proxyTo(server.port)
    const runs = histories(runIds(4))
    const events = { duplicateWindowMs: 400 }

    await running(
      { nats: { servers: [proxy.url], events }, directory: folder() },
      Effect.gen(function* () {
        const { connected } = yield* Nats
        yield* connected
        proxy.pause()
        yield* taking(interleaved(runs))
        yield* Effect.promise(() =>
          running(
            { nats: { servers: [server.url], events }, directory: folder() },
            Effect.andThen(taking(interleaved(runs)), drained),
          ),
        )
        yield* Effect.sleep("1 second")
        proxy.resume()
        yield* drained
      }),
    )

    expect(positionsByRun(await storedEvents(await server.client()))).toEqual(positionsOf(runs))
  })

  test("knows of one run that its events have arrived, whatever comes of others", async () => {
    const server = await natsServer()
    const [one, ...others] = histories(runIds(400))

    const arrived = await running(
      { nats: { servers: [server.url] }, directory: folder() },
      Effect.gen(function* () {
        const outbox = yield* EventOutbox
        yield* taking(one!)
        const others$ = Effect.forEach(others, (history) => Effect.andThen(taking(history), Effect.sleep("5 millis")))
        const flood = yield* Effect.forkChild(Effect.forever(others$))
        yield* Effect.timeout(outbox.arrived("run-0"), "5 seconds")
        yield* Fiber.interrupt(flood)
        return yield* Effect.promise(async () => positionsByRun(await storedEvents(await server.client())))
      }),
    )

    expect(arrived["run-0"]).toEqual(one!.map(({ seq }) => seq))
  })

  test("drops the oldest beyond its bounds, counts them, and sends the rest in order", async () => {
    const server = await natsServer()
    await server.stop()
    const runs = histories(runIds(20))
    const events = interleaved(runs)
    const here = { nats: { servers: [server.url], outbox: { maxEvents: 50 } }, directory: folder() }

    await running(here, taking(events))
    await server.start()
    const left = await running(
      here,
      Effect.andThen(Effect.andThen(taking(histories(["run-later"]).flat()), drained), report),
    )

    const ids = (await storedEvents(await server.client())).map(({ event }) => event.id)
    expect(left).toMatchObject({ waiting: 0, dropped: events.length - 50 })
    expect(ids.filter((id) => !id.startsWith("run-later")).toSorted()).toEqual(
      events
        .slice(-50)
        .map(({ id }) => id)
        .toSorted(),
    )
  })

  test("has a bound in bytes, too", async () => {
    const directory = folder()
    const events = histories(runIds(20)).flat()
    const nats = { servers: ["nats://127.0.0.1:1"], outbox: { maxBytes: 20_000 } }

    await running({ nats, directory }, taking(events))
    const { waitingBytes, waiting, dropped } = await running(
      { nats: {}, directory },
      Store.use((store) => store.read(outboxTotals)),
    )

    expect(waitingBytes).toBeLessThanOrEqual(20_000)
    expect(waitingBytes).toBeGreaterThan(10_000)
    expect(waiting + dropped).toBe(events.length)
  })

  test("sends from memory where the store cannot be written", async () => {
    const server = await natsServer()
    const runs = histories(runIds(5))
    const full = new StoreError({ reason: "full", message: "The disk is full." })
    const broken = Layer.succeed(Store, {
      collection: () => ({ get: () => full, put: () => full, delete: () => full, list: () => full }),
      read: (work) => Effect.sync(() => work({ get: () => null, list: () => [], keys: () => [] })),
      write: () => full,
    } as Store["Service"])

    await Effect.runPromise(
      Effect.andThen(taking(interleaved(runs)), drained).pipe(
        Effect.provide(
          EventOutbox.layer.pipe(
            Layer.provide(Nats.layer(natsSettings({ servers: [server.url] }), "test")),
            Layer.provide(broken),
          ),
        ),
      ),
    )

    expect(positionsByRun(await storedEvents(await server.client()))).toEqual(positionsOf(runs))
  })

  test("sends of a history only what has not arrived, whatever else was left behind", async () => {
    const server = await natsServer()
    await server.stop()
    const [history] = histories(["run-resumed"], 4)
    const half = Math.ceil(history!.length / 2)
    const here = { nats: { servers: [server.url] }, directory: folder() }

    await running(here, taking(history!.slice(0, half - 1)))
    await server.start()
    await running(
      here,
      EventOutbox.use(({ take, takeHistory, drained }) =>
        Effect.gen(function* () {
          takeHistory(history!.slice(0, half))
          for (const event of history!.slice(half)) take(event)
          yield* drained
        }),
      ),
    )

    expect(positionsByRun(await storedEvents(await server.client()))).toEqual(positionsOf([history!]))
  })

  test("sends an event that is too large without what it carries of answers", async () => {
    const server = await natsServer({ configuration: "max_payload: 8192" })
    const event = histories(runIds(30))
      .flat()
      .find(({ _tag }) => _tag === "StepCompleted")!

    await running(
      { nats: { servers: [server.url] }, directory: folder() },
      Effect.andThen(taking([{ ...event, result: { text: "x".repeat(10_000) } } as typeof event]), drained),
    )

    const [stored] = await storedEvents(await server.client())
    expect(stored!.event.id).toBe(event.id)
    expect(stored!.event).not.toHaveProperty("result")
  })
})

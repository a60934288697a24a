import { setTimeout } from "node:timers/promises"
import type { NatsConnection } from "@nats-io/transport-node"
import { expect, test } from "vitest"
import type { RunEvent } from "../../src/RunEvent.ts"
import type { EventStream } from "../../src/EventStream.ts"
import type { AnyEvent } from "../../src/services/events/EventSource.ts"
import { InputError } from "../../src/index.ts"
import { histories, storedEvents } from "../services/nats/events.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { makeStream, publish } from "../services/nats/publish.ts"
import { type Node, runMany, startNode, until } from "./fleetNode.ts"
import { judged } from "./fleetTrack.ts"

const runOf = (event: AnyEvent) => ("runId" in event ? event.runId : null)

test("without NATS, the events are those of this process, and each subscriber gets them", async () => {
  const node = await startNode("a", [])
  const [first, second]: [Array<AnyEvent>, Array<AnyEvent>] = [[], []]
  node.track.events$().subscribe((event) => first.push(event))
  node.track.events$().subscribe((event) => second.push(event))

  const [runId] = await runMany(node, judged, { count: 1 })
  await until(async () => first.some(({ _tag }) => _tag === "RunCompleted"))

  expect(first.filter((event) => runOf(event) === runId).map((event) => "seq" in event && event.seq)).toEqual(
    first.filter((event) => runOf(event) === runId).map((_, index) => index),
  )
  expect(second).toEqual(first)
})

test("without NATS, a durable subscriber is refused", async () => {
  const node = await startNode("a", [])

  const error = await new Promise((resolve) => node.track.events$({ durable: "copy" }).subscribe({ error: resolve }))

  expect(error).toBeInstanceOf(InputError)
  expect((error as InputError).message).toMatch(/needs NATS/)
})

test("a time that is none is refused, without NATS and with a server that nobody can ask", async () => {
  const [alone, away] = await Promise.all([startNode("a", []), startNode("b", ["nats://127.0.0.1:1"])])

  for (const { track } of [alone, away]) {
    const error = await new Promise((resolve) => track.events$({ since: "garbage 1" }).subscribe({ error: resolve }))

    expect(error).toBeInstanceOf(InputError)
    expect((error as InputError).message).toBe(
      'since "garbage 1": expected a time in ISO 8601, such as 2026-01-31T12:00:00Z',
    )
  }
})

test("events since a time are those since that moment, however it is written", async () => {
  const node = await startNode("a", [])
  const seen: Array<AnyEvent> = []
  const anHourAgo = new Date(Date.now() + 3_600_000).toISOString().replace("Z", "+02:00")
  node.track.events$({ since: anHourAgo }).subscribe((event) => seen.push(event))

  await runMany(node, judged, { count: 1 })

  await until(async () => seen.some(({ _tag }) => _tag === "RunCompleted"))
})

test("events end when the process is closed", async () => {
  const node = await startNode("a", [])
  const completed = new Promise<void>((resolve) => node.track.events$().subscribe({ complete: resolve }))

  await node.close()

  await completed
})

describeWithNats("the events of a fleet", () => {
  test("reach every node, of the past and as they come, without inputs and answers", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const [here, there] = await Promise.all(["a", "b"].map((name) => startNode(name, [server.url])))
    const [past] = await runMany(here!, judged, { count: 1 })
    const seen: Array<AnyEvent> = []
    const subscription = there!.track.events$().subscribe((event) => seen.push(event))

    const [later] = await runMany(here!, judged, { count: 1 })
    await until(async () => seen.filter(({ _tag }) => _tag === "RunCompleted").length === 2)
    subscription.unsubscribe()

    for (const runId of [past, later]) {
      const ofRun = seen.filter((event) => runOf(event) === runId)
      expect(ofRun.map((event) => "seq" in event && event.seq)).toEqual(ofRun.map((_, index) => index))
    }
    expect(JSON.stringify(seen)).not.toMatch(/"(inputs|result|variables)"/)
  })

  test("are iterated one by one, and a durable name goes on behind the last that was dealt with", {
    timeout: 60_000,
  }, async () => {
    const server = await natsServer()
    const node = await startNode("a", [server.url])
    const [runId] = await runMany(node, judged, { count: 1 })
    const take = async (count: number) => {
      const found: Array<string> = []
      for await (const event of node.track.events$({ durable: "copy", run: runId! })) {
        found.push(event._tag)
        if (found.length > count) return found
      }
      return found
    }

    const start = await take(2)
    const rest = await take(2)

    // The third event was given, and the loop ended before it asked for more: it is given again.
    expect(start.slice(0, 2)).toEqual(["RunStarted", "StepStarted"])
    expect(rest[0]).toBe(start[2])
  })

  test("end when the process is closed, though more may come", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const node = await startNode("a", [server.url])
    await runMany(node, judged, { count: 1 })
    let count = 0
    const completed = new Promise<void>((resolve) =>
      node.track.events$().subscribe({ next: () => void (count += 1), complete: resolve }),
    )
    await until(async () => count > 5)

    await node.close()

    await completed
  })

  test("that a durable subscriber was not done with go to the next of its name at once, however it left", {
    timeout: 60_000,
  }, async () => {
    const server = await natsServer()
    const { node, stored, client } = await filled(server)

    for (const [way, leave] of Object.entries(ways)) {
      const { done } = await leave(node.track.events$({ durable: nameOf(way) }), () => client.rtt())
      const { id, afterMs } = await next(node, nameOf(way))

      expect([way, id]).toEqual([way, stored[done]])
      expect(afterMs, way).toBeLessThan(1000)
    }
  })

  test("go on within a second wherever between two events a subscriber unsubscribes", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const { node, stored } = await filled(server)
    const found: Array<string> = []
    const waits: Array<number> = []

    for (let round = 0; round < 30; round += 1) {
      const startedAtMs = performance.now()
      await new Promise<void>((left) => {
        const subscription = node.track.events$({ durable: "copy" }).subscribe(({ id }) => {
          if (waits.length === round) waits.push(performance.now() - startedAtMs)
          found.push(id)
          if (waits.length > round) void setTimeout(round % 4).then(() => left(subscription.unsubscribe()))
        })
      })
    }

    expect(found).toEqual(stored.slice(0, found.length))
    expect(Math.max(...waits)).toBeLessThan(1000)
  })

  test("that come when a durable subscriber has left without one go to the next of its name", {
    timeout: 60_000,
  }, async () => {
    const server = await natsServer()
    const { node, stored, client } = await filled(server)
    const iterator = node.track.events$({ durable: "copy" })[Symbol.asyncIterator]()
    for (const _ of stored) await iterator.next()
    const waiting = iterator.next()
    await client.rtt()
    await iterator.return?.()
    expect(await waiting).toEqual({ done: true, value: undefined })
    const another = { ...events[0]!, id: "another" }

    await publish(client, [another])
    const { id, afterMs } = await next(node, "copy")

    expect(id).toBe("another")
    expect(afterMs).toBeLessThan(1000)
  })

  test("that a closed process was not done with go to another at once", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const { node, stored, client } = await filled(server)
    const other = await startNode("b", [server.url])
    let count = 0
    let closed: Promise<void> | undefined
    for await (const _ of node.track.events$({ durable: "copy" })) {
      await client.rtt()
      if ((count += 1) === 4) await (closed = node.close())
    }
    await closed

    const { id, afterMs } = await next(other, "copy")

    expect([count, id]).toEqual([4, stored[3]])
    expect(afterMs).toBeLessThan(1000)
  })

  test("are shared among several subscribers of one name, each once", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const { node, stored } = await filled(server)
    const found: ReadonlyArray<Array<string>> = [[], []]
    for (const own of found) node.track.events$({ durable: "copy" }).subscribe(({ id }) => own.push(id))

    await until(async () => found.flat().length >= stored.length)

    expect(found.flat().toSorted()).toEqual(stored.toSorted())
    expect(Math.min(...found.map(({ length }) => length))).toBeGreaterThan(0)
  })
})

const [[started]] = histories(["run-1"]) as [[RunEvent]]

/** Beginnings of runs, to which no node of a fleet has anything to say. */
const events = Array.from({ length: 400 }, (_, index) => ({ ...started, runId: `run-${index}`, id: `event-${index}` }))

/** A node of a fleet whose stream holds events; their ids. */
const filled = async (server: Awaited<ReturnType<typeof natsServer>>) => {
  const client: NatsConnection = await server.client()
  await makeStream(client)
  await Promise.all(events.map((event) => publish(client, [event])))
  const node = await startNode("a", [server.url])
  return { node, client, stored: (await storedEvents(client)).map(({ event }) => event.id) }
}

/** The first event that a new subscriber of a name is given. */
const next = ({ track }: Pick<Node, "track">, durable: string) => {
  const startedAtMs = performance.now()
  return new Promise<{ readonly id: string; readonly afterMs: number }>((resolve) => {
    const subscription = track.events$({ durable }).subscribe(({ id }) => {
      subscription.unsubscribe()
      resolve({ id, afterMs: performance.now() - startedAtMs })
    })
  })
}

const nameOf = (way: string) => way.replaceAll(" ", "-")

/** How a subscriber leaves in the middle of its fifth event, of which `work` is a part; how many it was done with. */
const ways: Readonly<
  Record<string, (stream: EventStream, work: () => Promise<unknown>) => Promise<{ readonly done: number }>>
> = {
  "break in a body": async (stream, work) => {
    let count = 0
    for await (const _ of stream) {
      await work()
      if ((count += 1) === 5) break
    }
    return { done: 4 }
  },
  "return from a body": async (stream, work) => {
    let count = 0
    for await (const _ of stream) {
      await work()
      if ((count += 1) === 5) return { done: 4 }
    }
    return { done: count }
  },
  "throw in a body": async (stream, work) => {
    let count = 0
    try {
      for await (const _ of stream) {
        await work()
        if ((count += 1) === 5) throw new Error("full")
      }
    } catch {
      return { done: 4 }
    }
    return { done: count }
  },
  "unsubscribe in next": (stream) =>
    new Promise((resolve) => {
      let count = 0
      const subscription = stream.subscribe(() => {
        if ((count += 1) < 5) return
        subscription.unsubscribe()
        resolve({ done: 5 })
      })
    }),
}

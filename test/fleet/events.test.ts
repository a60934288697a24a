import { expect, test } from "vitest"
import type { AnyEvent } from "../../src/services/events/EventSource.ts"
import { InputError } from "../../src/index.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { runMany, startNode, until } from "./fleetNode.ts"
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
})

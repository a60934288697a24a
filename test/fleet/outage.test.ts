import { jetstreamManager } from "@nats-io/jetstream"
import process from "node:process"
import { setTimeout } from "node:timers/promises"
import { expect, test } from "vitest"
import { positionsByRun, storedEvents } from "../services/nats/events.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { freePorts, natsCluster, natsServer } from "../services/nats/natsServer.ts"
import { proxyTo } from "../services/nats/proxy.ts"
import { eventually } from "../services/nats/publish.ts"
import { experimentBytes, type Node, runMany, settled, startNode, until } from "./fleetNode.ts"
import { judged } from "./fleetTrack.ts"

/** For how long a node is cut off, in seconds; `DOUBLETRACK_TEST_CUT_S=60` is the long version. */
const cutSeconds = Number(process.env.DOUBLETRACK_TEST_CUT_S ?? "2")

/** Each run's events are there once, in its order, from the first to the last. */
const expectEventsOnce = (runIds: ReadonlyArray<string>, positions: ReturnType<typeof positionsByRun>) => {
  expect(Object.keys(positions).toSorted()).toEqual(runIds.toSorted())
  for (const found of Object.values(positions)) expect(found).toEqual(found.map((_, index) => index))
}

const expectAgreement = (nodes: ReadonlyArray<Node>) => {
  const [first, ...others] = nodes.map(experimentBytes)
  expect(first).not.toEqual([])
  for (const other of others) expect(other).toEqual(first)
}

test("a run neither waits for a server that is not there nor fails, and closing does not wait for it either", async () => {
  const [port] = await freePorts(1)
  const node = await startNode("a", [`nats://127.0.0.1:${port}`])
  await until(async () => (await node.track.fleet()).status._tag === "Away")

  const run = node.track.run(judged, { inputs: { thing: "a-1" }, seed: 1 })
  const { status } = await run.result
  const { outbox } = await node.track.fleet()
  const closedAfterMs = await durationOf(node.close)

  expect(status).toBe("completed")
  expect(outbox!.waiting).toBeGreaterThan(4)
  expect(closedAfterMs).toBeLessThan(2000)
})

const durationOf = async (work: () => Promise<void>): Promise<number> => {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

describeWithNats("a fleet", () => {
  test("goes on while its only server is killed and comes back, and loses nothing", { timeout: 120_000 }, async () => {
    const server = await natsServer()
    const client = await server.client()
    const nodes = await Promise.all(["a", "b", "c"].map((name) => startNode(name, [server.url])))

    const running = Promise.all(nodes.map((node) => runMany(node, judged, { count: 60 })))
    for (let times = 0; times < 3; times += 1) {
      await setTimeout(300)
      await server.kill()
      await setTimeout(200)
      await server.start()
    }
    const runIds = (await running).flat()
    await settled(client, nodes)

    expectEventsOnce(runIds, positionsByRun(await eventually(() => storedEvents(client))))
    expectAgreement(nodes)
  })

  test("goes on while the leader of three servers is killed, and loses nothing", { timeout: 120_000 }, async () => {
    const members = await natsCluster(3)
    const servers = members.map(({ url }) => url)
    const client = await members[0]!.client({ servers: members.map(({ port }) => `127.0.0.1:${port}`) })
    const nodes = await Promise.all(["a", "b", "c"].map((name) => startNode(name, servers)))
    const manager = await eventually(() => jetstreamManager(client))
    const leaderOf = () =>
      eventually(async () => {
        const { cluster } = await manager.streams.info("DOUBLETRACK_EVENTS")
        const leader = members.find(({ name }) => name === cluster?.leader)
        if (leader === undefined) throw new Error("there is no leader")
        return leader
      })

    const first = await leaderOf()
    const running = Promise.all(nodes.map((node) => runMany(node, judged, { count: 40 })))
    await setTimeout(300)
    await first.kill()
    const second = await leaderOf()
    const runIds = (await running).flat()
    await first.start()
    await settled(client, nodes)

    expect(second.name).not.toBe(first.name)
    expect((await manager.streams.info("DOUBLETRACK_EVENTS")).config.num_replicas).toBe(3)
    expectEventsOnce(runIds, positionsByRun(await eventually(() => storedEvents(client))))
    expectAgreement(nodes)
  })

  test(`goes on while a node is cut off for ${cutSeconds} s, and comes together again`, {
    timeout: 300_000,
  }, async () => {
    const server = await natsServer()
    const client = await server.client()
    const proxy = await proxyTo(server.port)
    const cutOff = await startNode("a", [proxy.url])
    const stays = await startNode("b", [server.url])
    const before = await Promise.all([cutOff, stays].map((node) => runMany(node, judged, { count: 10 })))

    proxy.pause()
    const cutUntil = Date.now() + 1000 * cutSeconds
    const during = await Promise.all(
      [cutOff, stays].map((node) => runMany({ ...node, name: `${node.name}2` }, judged, { count: 20 })),
    )
    await setTimeout(cutUntil - Date.now())
    proxy.resume()
    const after = await Promise.all(
      [cutOff, stays].map((node) => runMany({ ...node, name: `${node.name}3` }, judged, { count: 10 })),
    )
    await settled(client, [cutOff, stays])

    expectEventsOnce([...before, ...during, ...after].flat(), positionsByRun(await storedEvents(client)))
    expectAgreement([cutOff, stays])
  })
})

import { jetstreamManager } from "@nats-io/jetstream"
import { expect, test } from "vitest"
import { InputError } from "../../src/index.ts"
import { folder } from "../services/nats/events.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { experimentBytes, type Node, runMany, settled, startNode, until } from "./fleetNode.ts"
import { awaited, judged } from "./fleetTrack.ts"

/** How many outcomes the experiments of a node hold, pairs counting twice. */
const counted = async ({ track }: Pick<Node, "track">) =>
  (await track.experiments()).map(({ tracks }) => tracks.traditional.n + tracks.optimized.n)

describeWithNats("the experiments of a fleet", () => {
  test("are the same on all nodes, byte for byte, whoever ran what", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const nodes = await Promise.all(["a", "b", "c"].map((name) => startNode(name, [server.url])))

    await Promise.all(nodes.map((node) => runMany(node, judged, { count: 40 })))
    await settled(await server.client(), nodes)

    const [a, b, c] = nodes.map(experimentBytes)
    expect(a).toHaveLength(1)
    expect(b).toEqual(a)
    expect(c).toEqual(a)
    expect((await counted(nodes[0]!))[0]).toBeGreaterThanOrEqual(120)
  })

  test("count each unit once, and what people say on any node, wherever it ran", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const client = await server.client()
    const nodes = await Promise.all(["a", "b"].map((name) => startNode(name, [server.url])))
    const [a, b] = nodes as [Node, Node]

    const runs = await Promise.all(nodes.map((node) => runMany(node, awaited, { count: 30, units: 20 })))
    await settled(client, nodes)
    const first = await Promise.all(runs.flat().map((runId) => b.track.feedback({ runId, step: "sort", score: 1 })))
    await settled(client, nodes)
    const second = await Promise.all(runs.flat().map((runId) => a.track.feedback({ runId, step: "sort", score: 0 })))
    await settled(client, nodes)

    expect(experimentBytes(b)).toEqual(experimentBytes(a))
    // 20 users, whichever node served them first; what is said of their later answers, and said again, does not count.
    expect(await counted(a)).toEqual([20])
    expect(first.filter((report) => report.counted)).toHaveLength(20)
    expect(second.filter((report) => report.counted)).toHaveLength(0)
    const [{ tracks }] = (await a.track.experiments()) as [Awaited<ReturnType<Node["track"]["experiments"]>>[number]]
    expect([tracks.traditional.quality, tracks.optimized.quality].filter((quality) => quality !== null)).toEqual(
      [tracks.traditional, tracks.optimized].filter(({ n }) => n > 0).map(() => 1),
    )
  })

  test("go on where they were when a node starts again, and count nothing twice", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const client = await server.client()
    const stays = await startNode("a", [server.url])
    const directory = folder()
    const leaves = await startNode("b", [server.url], { directory })

    await runMany(stays, judged, { count: 20 })
    await settled(client, [stays, leaves])
    await leaves.close()
    await runMany(stays, judged, { count: 20 })
    const back = await startNode("b", [server.url], { directory })
    await settled(client, [stays, back])

    expect(experimentBytes(back)).toEqual(experimentBytes(stays))
  })

  test("are taken from a snapshot where the stream does not reach back", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const client = await server.client()
    const first = await startNode("a", [server.url])
    await runMany(first, judged, { count: 70 })
    await settled(client, [first])
    const manager = await jetstreamManager(client)
    const bucket = { last_by_subj: "$KV.DOUBLETRACK_EXPERIMENTS.newest" }
    const newest = async (): Promise<number> =>
      (await manager.streams.getMessage("KV_DOUBLETRACK_EXPERIMENTS", bucket))!.json<{
        position: { sequence: number }
      }>().position.sequence
    await until(async () => (await newest()) > 0)
    await manager.streams.purge("DOUBLETRACK_EVENTS", { seq: (await newest()) + 1 })

    const joins = await startNode("b", [server.url])
    await settled(client, [first, joins])

    expect(experimentBytes(joins)).toEqual(experimentBytes(first))
    expect(await counted(joins)).toEqual(await counted(first))
  })

  test("begin with what the first node had learned by itself", { timeout: 60_000 }, async () => {
    const directory = folder()
    const alone = await startNode("a", [], { directory })
    await runMany(alone, judged, { count: 10 })
    const before = await counted(alone)
    await alone.close()
    const server = await natsServer()

    const first = await startNode("a", [server.url], { directory })
    await until(async () => (await first.track.fleet()).experiments !== null)
    const second = await startNode("b", [server.url])
    await runMany(second, judged, { count: 10 })
    await settled(await server.client(), [first, second])

    expect(before[0]).toBeGreaterThanOrEqual(10)
    expect((await counted(second))[0]).toBeGreaterThanOrEqual(before[0]! + 10)
    expect(experimentBytes(second)).toEqual(experimentBytes(first))
  })

  test("start anew together where the stream was lost, from what one of the nodes knows", {
    timeout: 60_000,
  }, async () => {
    const server = await natsServer()
    const client = await server.client()
    const nodes = await Promise.all(["a", "b"].map((name) => startNode(name, [server.url])))
    await Promise.all(nodes.map((node) => runMany(node, judged, { count: 10 })))
    await settled(client, nodes)
    const before = await counted(nodes[0]!)

    await server.stop()
    server.wipe()
    await server.start()
    await Promise.all(nodes.map((node) => runMany({ ...node, name: `${node.name}2` }, judged, { count: 10 })))
    await until(async () => (await counted(nodes[0]!))[0]! >= before[0]! + 20)
    await settled(client, nodes)

    expect(experimentBytes(nodes[1]!)).toEqual(experimentBytes(nodes[0]!))
  })

  test("tell of a verdict once, however many nodes come to it", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const client = await server.client()
    const nodes = await Promise.all(["a", "b", "c"].map((name) => startNode(name, [server.url])))
    const heard = nodes.map(({ track }) => {
      const tags: Array<string> = []
      track.systemEvents$.subscribe(({ _tag }) => tags.push(_tag))
      return tags
    })

    await Promise.all(nodes.map((node) => runMany(node, judged, { count: 40 })))
    await settled(client, nodes)
    await settled(client, nodes)

    await until(async () => heard.every((tags) => tags.includes("RecommendationMade")))
    const told = await events(nodes[0]!, "RecommendationMade")
    expect(told.length).toBeGreaterThan(0)
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length)
    for (const tags of heard) expect(tags.filter((tag) => tag === "RecommendationMade")).toHaveLength(told.length)
  })

  test("take no feedback on an answer that has not come back, and say so", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const node = await startNode("a", [server.url])
    await until(async () => (await node.track.fleet()).experiments !== null)
    await server.kill()

    const [runId] = await runMany(node, awaited, { count: 1 })
    const refused = await node.track
      .feedback({ runId: runId!, step: "sort", score: 1 })
      .catch((error: unknown) => error)

    expect(refused).toBeInstanceOf(InputError)
    expect((refused as InputError).message).toMatch(/has not come back from NATS yet/)
  })
})

/** The events of one kind that the stream holds. */
const events = async ({ track }: Pick<Node, "track">, tag: string) => {
  const found: Array<{ readonly id: string }> = []
  const last = await track.fleet()
  expect(last.status._tag).toBe("Connected")
  const reading = track.events$()
  let idle = 0
  const subscription = reading.subscribe((event) => {
    idle = 0
    if (event._tag === tag) found.push(event)
  })
  await until(async () => {
    idle += 1
    return idle > 20
  })
  subscription.unsubscribe()
  return found
}

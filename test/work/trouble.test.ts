import { jetstreamManager } from "@nats-io/jetstream"
import { expect, test } from "vitest"
import { InputError, type Run } from "../../src/index.ts"
import { startNode, until } from "../fleet/fleetNode.ts"
import { judged } from "../fleet/fleetTrack.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { type NatsServer, natsServer } from "../services/nats/natsServer.ts"
import { proxyTo } from "../services/nats/proxy.ts"
import { gate, gated } from "./gatedNode.ts"

const work = { takeOverMs: 600 }
const word = { inputs: { word: "spoon" } }
const thing = { inputs: { thing: "spoon" } }
const managerOf = async ({ client }: NatsServer) => jetstreamManager(await client())
const underWay = async (track: Awaited<ReturnType<typeof startNode>>["track"]) => (await track.fleet()).work?.underWay

/** What became of a run, within some seconds: `pending` where nobody was told. */
const within = async (ms: number, promise: Promise<unknown>): Promise<unknown> => {
  const { promise: late, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve("pending"), ms)
  try {
    return await Promise.race([promise.catch((error: unknown) => error), late])
  } finally {
    clearTimeout(timer)
  }
}

describeWithNats("a run of the fleet", () => {
  test("is carried out although its place in the queue was deleted while it waited", async () => {
    const server = await natsServer()
    const manager = await managerOf(server)
    const node = await startNode("node", [], { nats: { servers: [server.url], work } })
    const run = node.track.submit(judged, thing)
    await run.submitted

    await manager.streams.delete("DOUBLETRACK_WORK")
    node.track.work()

    expect((await run.result).status).toBe("completed")
  })

  test("whose journal was deleted is said to be gone, to who follows it and who carries it out", async () => {
    const server = await natsServer()
    const manager = await managerOf(server)
    const { stepType, begun, open } = gate()
    const nats = { servers: [server.url], work }
    const client = await startNode("client", [], { nats, stepTypes: [stepType("client")] })
    const worker = await startNode("worker", [], { nats, stepTypes: [stepType("worker")] })
    const carriedOut: Array<Promise<unknown>> = []
    worker.track.work({ onRun: ({ result }) => carriedOut.push(result.catch((error: unknown) => error)) })
    const waiting = client.track.submit(gated, word)
    await begun()

    await manager.streams.delete("DOUBLETRACK_RUNS")
    open()

    await expect(waiting.result).rejects.toThrow(/does not know run .*Submit it again/)
    expect(String(await carriedOut[0])).toContain("no longer this process's")
    await until(async () => (await underWay(worker.track)) === 0)
    expect((await client.track.submit(gated, word).result).status).toBe("completed")
  })

  test("of whose journal a part is gone is said to be damaged by who was to go on with it", async () => {
    const server = await natsServer()
    const manager = await managerOf(server)
    const { stepType, begun, open } = gate()
    const nodeOf = (name: string) => startNode(name, [server.url], { stepTypes: [stepType(name)] })
    const [client, first, second] = [await nodeOf("client"), await nodeOf("first"), await nodeOf("second")]
    first.track.work()
    const run = client.track.submit(gated, word)
    await begun()

    await manager.streams.deleteMessage("DOUBLETRACK_RUNS", 3)
    await first.close()
    second.track.work()

    expect(String(await within(8000, run.result))).toMatch(/journal of run .* is damaged/)
    open()
  })

  test("that was on its way to a worker which stops goes to another one at once", async () => {
    const server = await natsServer()
    const proxy = await proxyTo(server.port)
    const manager = await managerOf(server)
    const [far, near] = [await startNode("far", [proxy.url]), await startNode("near", [server.url])]
    const worker = far.track.work()
    await until(async () => (await near.track.fleet()).work?.idleWorkers === 1)
    proxy.pause()
    const run = near.track.submit(judged, thing)
    await until(async () => (await manager.consumers.info("DOUBLETRACK_WORK", "workers")).num_ack_pending === 1)

    const stopped = worker.stop()
    near.track.work()
    proxy.resume()
    await stopped

    expect(await within(8000, run.result)).toMatchObject({ status: "completed" })
  })

  test("leaves nothing on the server that its followers need", async () => {
    const server = await natsServer()
    const manager = await managerOf(server)
    const { stepType, begun, open } = gate()
    const node = await startNode("node", [server.url], { stepTypes: [stepType("node")] })
    node.track.work({ concurrency: 8 })
    const runs = Array.from({ length: 8 }, () => node.track.submit(gated, word))
    await begun(8)

    const { state } = await manager.streams.info("DOUBLETRACK_RUNS")
    open()
    await Promise.all(runs.map(({ result }) => result))

    expect(state.consumer_count).toBe(0)
  })

  test("is refused at once where too many wait, and those that were taken come to their end", async () => {
    const { url } = await natsServer()
    const node = await startNode("node", [], { nats: { servers: [url], work: { ...work, maxBytes: 60_000 } } })
    const runs: Array<Run> = []
    const submit = async (): Promise<unknown> => {
      const run = node.track.submit(judged, thing)
      const problem = await run.submitted.then(
        () => null,
        (error: unknown) => error,
      )
      if (problem !== null) return problem
      runs.push(run)
      return submit()
    }

    const problem = await submit()
    node.track.work({ concurrency: 1 })
    const reports = await Promise.all(runs.map(({ result }) => result))

    expect(problem).toBeInstanceOf(InputError)
    expect(String(problem)).toMatch(/DOUBLETRACK_RUNS holds .*nats\.work\.maxBytes/)
    expect(runs.length).toBeGreaterThan(1)
    expect(reports.every(({ status }) => status === "completed")).toBe(true)
  })

  test("finds room where others have ended, of which the oldest are forgotten", async () => {
    const { url } = await natsServer()
    const node = await startNode("node", [], { nats: { servers: [url], work: { ...work, maxBytes: 60_000 } } })
    node.track.work({ concurrency: 4 })
    const ids: Array<string> = []

    for (let number = 0; number < 60; number += 1) {
      const run = node.track.submit(judged, { inputs: { thing: `thing-${number}` } })
      await run.result
      ids.push(run.id)
    }

    await expect(node.track.attach(ids[0]!).result).rejects.toThrow(/knows no run/)
    expect((await node.track.attach(ids.at(-1)!).result).status).toBe("completed")
  })

  test("is begun once in a process with two workers, whatever the queue thinks of them", async () => {
    const server = await natsServer()
    const proxy = await proxyTo(server.port)
    const manager = await managerOf(server)
    const { stepType, begun, beginnings, open } = gate()
    const far = await startNode("far", [], { nats: { servers: [proxy.url], work }, stepTypes: [stepType("far")] })
    far.track.work({ concurrency: 1 })
    far.track.work({ concurrency: 1 })
    const run = far.track.submit(gated, word)
    await begun()

    proxy.pause()
    await until(async () => (await manager.consumers.info("DOUBLETRACK_WORK", "workers")).num_redelivered > 0)
    proxy.resume()
    const again = await within(500, begun(2))
    open()

    expect(again).toBe("pending")
    expect((await run.result).status).toBe("completed")
    expect(beginnings).toEqual(["far"])
  })

  test("goes on although who is told of it throws", async () => {
    const { url } = await natsServer()
    const node = await startNode("node", [url])
    node.track.work({
      onRun: () => {
        throw new Error("a listener's own mistake")
      },
    })

    const report = await node.track.submit(judged, thing).result
    const left = until(async () => (await underWay(node.track)) === 0)

    expect(report.status).toBe("completed")
    expect(await within(5000, left)).toBeUndefined()
  })

  test("keeps nobody waiting who closes while NATS is away, submits or carries out", async () => {
    const server = await natsServer()
    const { stepType, begun, open } = gate()
    const node = await startNode("node", [], { nats: { servers: [server.url], work }, stepTypes: [stepType("node")] })
    const carriedOut: Array<Promise<unknown>> = []
    node.track.work({ onRun: ({ result }) => carriedOut.push(result.catch((error: unknown) => error)) })
    const followed = node.track.submit(gated, word).result.catch((error: unknown) => error)
    await begun()
    await server.kill()
    await until(async () => (await node.track.fleet()).status._tag === "Away")
    const submitted = node.track.submit(gated, word).submitted.catch((error: unknown) => error)
    open()
    const early = await within(300, submitted)

    const closed = await within(12_000, node.close())

    expect([early, closed]).toEqual(["pending", undefined])
    expect(String(await carriedOut[0])).toContain("no longer this process's")
    expect(String(await followed)).toContain("not followed here any more")
    expect(await submitted).toBeInstanceOf(InputError)
    expect(String(await submitted)).toContain("was closed; run-")
  })
})

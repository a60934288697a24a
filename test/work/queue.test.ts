import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { lastValueFrom, toArray } from "rxjs"
import { expect, test } from "vitest"
import { InputError, type Run, type WorkflowInput } from "../../src/index.ts"
import { startNode } from "../fleet/fleetNode.ts"
import { judged } from "../fleet/fleetTrack.ts"
import { promptOf, scriptedModels } from "../scriptedModels.ts"
import { folder } from "../services/nats/events.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsCluster, natsServer } from "../services/nats/natsServer.ts"
import { gate, gated } from "./gatedNode.ts"

const eventsOf = (run: Run) => lastValueFrom(run.events$.pipe(toArray()))
const word = { inputs: { word: "spoon" } }

describeWithNats("a run that is submitted", () => {
  test("is carried out by a worker, and followed like one's own", async () => {
    const { url } = await natsServer()
    const client = await startNode("client", [url])
    const worker = await startNode("worker", [url])
    const begun: Array<string> = []
    worker.track.work({ onRun: ({ id }) => begun.push(id) })

    const run = client.track.submit(judged, { inputs: { thing: "spoon" }, seed: 1 })
    const events = eventsOf(run)
    const report = await run.result

    expect(report).toMatchObject({ runId: run.id, status: "completed", results: { sort: { success: true } } })
    const told = await events
    expect([told[0], told.at(-1)]).toMatchObject([{ _tag: "RunStarted", node: "worker" }, { _tag: "RunCompleted" }])
    expect(told[0]).not.toHaveProperty("inputs")
    expect(begun).toEqual([run.id])
    expect(await client.track.runs()).toEqual([])
  })

  test("brings its prompt files along", async () => {
    const { url } = await natsServer()
    const directory = folder()
    mkdirSync(join(directory, "prompts"))
    writeFileSync(join(directory, "prompts/ask.md"), "asked in a file")
    const file = join(directory, "pipeline.json")
    const prompt = [{ type: "file", path: "prompts/ask.md" }]
    writeFileSync(
      file,
      JSON.stringify({ workflow: { name: "files", steps: [{ name: "ask", type: "claude", prompt }] } }),
    )
    const layers = { models: scriptedModels((request) => Effect.succeed(`heard: ${promptOf(request)}`)) }
    const client = await startNode("client", [url], { layers })
    const worker = await startNode("worker", [url], { layers })

    const run = client.track.submit(file)
    await run.submitted
    writeFileSync(join(directory, "prompts/ask.md"), "changed since")
    worker.track.work()

    expect((await run.result).results["ask"]).toMatchObject({ text: "heard: asked in a file" })
  })

  test("may have inputs and answers that are larger than a message", async () => {
    const { url } = await natsServer()
    const text = "äß".repeat(900_000)
    const layers = { models: scriptedModels((request) => Effect.succeed(promptOf(request))) }
    const client = await startNode("client", [url], { layers })
    const worker = await startNode("worker", [url], { layers })
    worker.track.work()
    const echo: WorkflowInput = {
      name: "echo",
      steps: [{ name: "say", type: "claude", prompt: [{ type: "static", content: "{{inputs.text}}" }] }],
    }

    const report = await client.track.submit(echo, { inputs: { text } }).result

    expect(report.results["say"]?.["text"] === text).toBe(true)
  })

  test("outlives who submitted it, and is found again", async () => {
    const { url } = await natsServer()
    const { stepType, begun, open } = gate()
    const [first, second, worker] = await Promise.all(
      ["first", "second", "worker"].map((name) => startNode(name, [url], { stepTypes: [stepType(name)] })),
    )
    worker!.track.work()
    const run = first!.track.submit(gated, word)
    await begun()

    await first!.close()
    const attached = second!.track.attach(run.id)
    const events = eventsOf(attached)
    open()
    const report = await attached.result

    await expect(run.result).rejects.toThrow(/not followed here any more/)
    expect(report.status).toBe("completed")
    expect((await events).map(({ seq }) => seq)).toEqual((await events).map((_, index) => index))
    expect(await second!.track.attach(run.id).result).toEqual(report)
    const resumed = second!.track.resume(run.id)
    expect([await resumed.result, await resumed.hadEnded]).toEqual([report, true])
    await expect(second!.track.resume(run.id, { skip: "after" }).result).rejects.toThrow(/has ended/)
  })

  test("is cancelled while it waits, while it is under way, and not any more when it has ended", async () => {
    const { url } = await natsServer()
    const { stepType, begun } = gate()
    const client = await startNode("client", [url], { stepTypes: [stepType("client")] })
    const worker = await startNode("worker", [url], { stepTypes: [stepType("worker")] })
    const waiting = client.track.submit(gated, word)
    await waiting.submitted
    const asked = await client.track.cancelRun(waiting.id)

    worker.track.work()
    const underWay = client.track.submit(gated, word)
    await begun()
    const reports = [await waiting.result, await underWay.cancel()]

    expect(asked).toBe("asked")
    expect(await underWay.cancel()).toEqual(reports[1])
    expect(reports.map(({ status, steps }) => [status, steps.filter(({ route }) => route !== null).length])).toEqual([
      ["cancelled", 0],
      ["cancelled", 2],
    ])
    expect(await eventsOf(waiting)).toMatchObject([
      { _tag: "RunStarted", seq: 0 },
      { _tag: "RunCancelled", seq: 1, step: null },
    ])
    await expect(client.track.cancelRun(underWay.id)).rejects.toThrow(/has ended/)
  })

  test("waits for a place: a worker carries out no more than it is told to", async () => {
    const { url } = await natsServer()
    const { stepType, begun, beginnings, open } = gate()
    const node = await startNode("node", [url], { stepTypes: [stepType("node")] })
    node.track.work({ concurrency: 2 })

    const runs = Array.from({ length: 5 }, () => node.track.submit(gated, word))
    await begun(2)
    const atOnce = beginnings.length
    open()
    const reports = await Promise.all(runs.map(({ result }) => result))

    expect(atOnce).toBe(2)
    expect(reports.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => "completed"))
  })

  test("waits for its turn: a worker takes no more in a minute than it is told to, after a few at once", async () => {
    const { url } = await natsServer()
    const node = await startNode("node", [url])
    const runs = Array.from({ length: 7 }, () => node.track.submit(judged, { inputs: { thing: "spoon" } }))
    await Promise.all(runs.map(({ submitted }) => submitted))
    const waiting = await node.track.fleet()
    const begunAt: Array<number> = []
    const startedAt = performance.now()
    node.track.work({ perMinute: 60, onRun: () => begunAt.push(performance.now()) })

    await Promise.all(runs.map(({ result }) => result))

    expect(waiting.work).toBeNull()
    expect(begunAt).toHaveLength(7)
    expect(begunAt[6]! - startedAt).toBeGreaterThan(900)
    expect((await node.track.fleet()).work).toMatchObject({ waiting: 0 })
  })

  test("is wrong before it is submitted where its workflow or its inputs are", async () => {
    const { url } = await natsServer()
    const node = await startNode("node", [url])

    const unknownStep = node.track.submit(judged, { stepModes: { nowhere: "traditional" } }).result

    await expect(unknownStep).rejects.toThrow(/no step is called nowhere/)
  })

  test("needs a fleet", async () => {
    const alone = await startNode("alone", [])

    await expect(alone.track.submit(judged).result).rejects.toThrow(/name a NATS server/)
    await expect(alone.track.attach("run-1").result).rejects.toThrow(/name a NATS server/)
    expect(() => alone.track.work()).toThrow(InputError)
  })

  test("goes on when the only server was killed in the middle of it", async () => {
    const server = await natsServer()
    const { stepType, begun, open, beginnings } = gate()
    const node = await startNode("node", [server.url], { stepTypes: [stepType("node")] })
    node.track.work()
    const run = node.track.submit(gated, word)
    const events = eventsOf(run)
    await begun()

    await server.kill()
    open()
    await server.start()
    const report = await run.result

    expect(report.status).toBe("completed")
    expect(beginnings).toEqual(["node"])
    expect((await events).map(({ seq }) => seq)).toEqual((await events).map((_, index) => index))
  })

  test("goes on when the leader of a cluster is killed, and is neither lost nor carried out twice", async () => {
    const cluster = await natsCluster()
    const urls = cluster.map(({ url }) => url)
    const nats = { servers: urls, work: { takeOverMs: 2000 } }
    const [client, worker] = [await startNode("client", [], { nats }), await startNode("worker", [], { nats })]
    worker.track.work()
    const submit = (from: number) =>
      Array.from({ length: 8 }, (_, index) =>
        client.track.submit(judged, { inputs: { thing: `thing-${from + index}` }, seed: index }),
      )
    const before = submit(0)
    await before[3]!.result

    await cluster[0]!.kill()
    const after = submit(8)
    const runs = [...before, ...after]
    const histories = runs.map(eventsOf)
    const reports = await Promise.all(runs.map(({ result }) => result))

    expect(new Set(reports.map(({ status }) => status))).toEqual(new Set(["completed"]))
    for (const history of histories) {
      const told = await history
      expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index))
      expect(told.filter(({ _tag }) => _tag === "StepCompleted")).toHaveLength(1)
    }
  }, 60_000)
})

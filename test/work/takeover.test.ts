import { lastValueFrom, toArray } from "rxjs"
import { expect, test } from "vitest"
import { startNode, until } from "../fleet/fleetNode.ts"
import type { Run, WorkflowInput } from "../../src/index.ts"
import { positionsByRun, storedEvents } from "../services/nats/events.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { proxyTo } from "../services/nats/proxy.ts"
import { gate, gated } from "./gatedNode.ts"

const work = { takeOverMs: 600 }
const eventsOf = (run: Run) => lastValueFrom(run.events$.pipe(toArray()))

describeWithNats("a run whose worker", () => {
  test("is not heard of any more goes on with another one, and the first one leaves it alone", async () => {
    const { url, port, client } = await natsServer()
    const proxy = await proxyTo(port)
    const { stepType, begun, open, beginnings } = gate()
    const nodeAt = (name: string, server: string) =>
      startNode(name, [], { nats: { servers: [server], work }, stepTypes: [stepType(name)] })
    const far = await nodeAt("far", proxy.url)
    const asked = await nodeAt("client", url)
    const lost: Array<Promise<unknown>> = []
    far.track.work({ onRun: ({ result }) => lost.push(result.catch((error: unknown) => error)) })
    const run = asked.track.submit(gated, { inputs: { word: "spoon" } })
    const events = eventsOf(run)
    await begun()

    proxy.pause()
    const near = await nodeAt("near", url)
    near.track.work()
    await begun(2)
    proxy.resume()
    open()
    const report = await run.result

    expect(report).toMatchObject({ status: "completed", results: { gate: { text: "through" } } })
    expect(beginnings).toEqual(["far", "near"])
    expect(String(await lost[0])).toContain("another process has taken it over")
    const told = await events
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index))
    expect(told.filter(({ _tag }) => _tag === "RunResumed")).toMatchObject([{ step: "gate", stepsDone: 1 }])
    await until(async () => (await near.track.fleet()).outbox?.waiting === 0)
    await until(async () => (await far.track.fleet()).outbox?.waiting === 0)
    expect(positionsByRun(await storedEvents(await client()))).toEqual({ [run.id]: told.map(({ seq }) => seq) })
  })

  test("closes goes on with another one at once, as no death of a process", async () => {
    const { url } = await natsServer()
    const { stepType, begun, open, beginnings } = gate()
    const nodeOf = (name: string) => startNode(name, [url], { stepTypes: [stepType(name)] })
    const [asked, first, second] = [await nodeOf("client"), await nodeOf("first"), await nodeOf("second")]
    first.track.work()
    const run = asked.track.submit(gated, { inputs: { word: "spoon" } })
    const events = eventsOf(run)
    await begun()

    second.track.work()
    await first.close()
    await begun(2)
    open()
    const report = await run.result

    expect(report.status).toBe("completed")
    expect(beginnings).toEqual(["first", "second"])
    const resumed = (await events).filter((event) => event._tag === "RunResumed")
    expect(resumed.map(({ died }) => died)).toEqual([undefined])
  })

  test("was in a step that can write is in doubt, until a person decides", async () => {
    const { url, port } = await natsServer()
    const proxy = await proxyTo(port)
    const { stepType, begun, open, beginnings } = gate()
    const writing: WorkflowInput = {
      ...gated,
      steps: [gated.steps[0], { name: "write", type: "file_ops" }, gated.steps[2]!],
    }
    const nodeAt = (name: string, server: string) =>
      startNode(name, [], { nats: { servers: [server], work }, stepTypes: [stepType(name, "file_ops")] })
    const far = await nodeAt("far", proxy.url)
    const near = await nodeAt("near", url)
    far.track.work()
    const run = near.track.submit(writing, { inputs: { word: "spoon" } })
    await begun()
    proxy.pause()
    near.track.work()

    await expect(run.result).rejects.toThrow(/in doubt: it was interrupted in step "write"/)
    await expect(near.track.attach(run.id).result).rejects.toThrow(/in doubt/)
    await expect(near.track.resume(run.id).result).rejects.toThrow(/in doubt/)
    await expect(near.track.resume(run.id, { skip: "gate" }).result).rejects.toThrow(/goes on with step "write"/)
    const report = await near.track.resume(run.id, { skip: "write" }).result

    expect(report).toMatchObject({ status: "completed" })
    expect(report.steps.map(({ name, skipped }) => [name, skipped])).toEqual([
      ["before", false],
      ["write", true],
      ["after", false],
    ])
    expect(beginnings).toEqual(["far"])
    open()
    proxy.resume()
  })

  test("lacks what it takes goes to one that has it", async () => {
    const { url } = await natsServer()
    const { stepType, open } = gate()
    open()
    const asked = await startNode("client", [url], { stepTypes: [stepType("client")] })
    const poor = await startNode("poor", [url])
    const able = await startNode("able", [url], { stepTypes: [stepType("able")] })
    const tried: Array<string> = []
    poor.track.work({ onRun: ({ id }) => tried.push(id) })
    const run = asked.track.submit(gated, { inputs: { word: "spoon" } })
    await until(async () => tried.length > 0)
    able.track.work()

    const report = await run.result

    expect(report.status).toBe("completed")
  })

  test("and every other one lacks what it takes is refused in the end, with the reason", async () => {
    const { url } = await natsServer()
    const { stepType } = gate()
    const asked = await startNode("client", [url], { stepTypes: [stepType("client")] })
    const poor = await startNode("poor", [url])
    poor.track.work()

    const run = asked.track.submit(gated, { inputs: { word: "spoon" } })

    await expect(run.result).rejects.toThrow(/gate/)
  }, 30_000)
})

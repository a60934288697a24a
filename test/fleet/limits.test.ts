import { jetstream } from "@nats-io/jetstream"
import { Kvm } from "@nats-io/kv"
import { spawn } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { countingServer } from "./countingServer.ts"
import { until } from "./fleetNode.ts"
import { ask, startLimited } from "./limitedNodes.ts"
import { asking } from "./limitedTrack.ts"

describeWithNats("the limits of a fleet", () => {
  test("let two nodes have two requests at once together, from the first on", { timeout: 60_000 }, async () => {
    const { url: nats } = await natsServer()
    const model = await countingServer({ answersAfterMs: 20 })
    const options = { nats, model: model.url, limit: { concurrent: 2 } }
    const tracks = await Promise.all([startLimited(options), startLimited(options)])

    const ends = await ask(tracks, 15)

    expect(new Set(ends)).toEqual(new Set(["completed"]))
    expect(model.begunAtMs).toHaveLength(30)
    expect(model.takeMost()).toBe(2)
  })

  test("let two nodes begin as many a minute as one", { timeout: 60_000 }, async () => {
    const { url: nats } = await natsServer()
    const model = await countingServer({ answersAfterMs: 0 })
    const options = { nats, model: model.url, limit: { perMinute: 300 } }
    const tracks = await Promise.all([startLimited(options), startLimited(options)])

    await ask(tracks, 20)

    // 30 at once, and one every 200 ms; five more where the ways there take a second on a busy machine.
    const begun = model.begunAtMs.toSorted((a, b) => a - b)
    begun.forEach((fromMs, first) =>
      begun.slice(first).forEach((toMs, more) => expect(more + 1).toBeLessThanOrEqual((toMs - fromMs) / 200 + 30 + 5)),
    )
    expect(begun).toHaveLength(40)
  })

  test("get back the slot of a node that is killed", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    // Made beforehand, so that what nobody renews is free sooner.
    await new Kvm(jetstream(await server.client())).create("DOUBLETRACK_CALL_SLOTS", { ttl: 5000 })
    const model = await countingServer({ answersAfterMs: 0 })
    const options = { nats: server.url, model: model.url, limit: { concurrent: 1 } }
    const script = fileURLToPath(new URL("hangingChild.ts", import.meta.url))
    const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: "inherit" })
    onTestFinished(() => void child.kill("SIGKILL"))
    await until(async () => model.underWay() === 1)

    const track = await startLimited(options)
    const events: Array<{ readonly waitedMs?: number }> = []
    const run = track.run(asking, { inputs: { question: "left or right" } })
    run.events$.subscribe((event) => void (event._tag === "ModelCalled" && events.push(event)))
    child.kill("SIGKILL")
    const { status } = await run.result

    expect(status).toBe("completed")
    expect(model.takeMost()).toBe(1)
    expect(events[0]!.waitedMs).toBeGreaterThan(2000)
  })

  test("hold while the server is killed under load and starts again, and calls go on", {
    timeout: 60_000,
  }, async () => {
    const server = await natsServer()
    const model = await countingServer({ answersAfterMs: 20 })
    const options = { nats: server.url, model: model.url, limit: { concurrent: 2 } }
    const tracks = await Promise.all([startLimited(options), startLimited(options)])
    await ask(tracks, 1)

    const running = ask(tracks, 40)
    await until(async () => model.begunAtMs.length > 20)
    await server.kill()
    await server.start()
    const ends = await running

    expect(new Set(ends)).toEqual(new Set(["completed"]))
    expect(model.takeMost()).toBe(2)
  })
})

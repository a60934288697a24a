import { spawn } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { countingServer } from "./countingServer.ts"
import { until } from "./fleetNode.ts"
import { asking, limitedTrack, type LimitedTrackOptions } from "./limitedTrack.ts"

type Track = Awaited<ReturnType<typeof limitedTrack>>

const start = async (options: LimitedTrackOptions): Promise<Track> => {
  const track = await limitedTrack(options)
  onTestFinished(() => track.close())
  return track
}

/** As many runs at once on each node; gives how they ended. */
const ask = async (tracks: ReadonlyArray<Track>, count: number) => {
  const runs = tracks.flatMap((track) =>
    Array.from({ length: count }, (_, number) => track.run(asking, { inputs: { question: `${number}` } })),
  )
  const reports = await Promise.all(runs.map(({ result }) => result))
  return reports.map(({ status }) => status)
}

const areConnected = (tracks: ReadonlyArray<Track>) => async () =>
  (await Promise.all(tracks.map((track) => track.fleet()))).every(({ status }) => status._tag === "Connected")

describeWithNats("the limits of a fleet", () => {
  test("let two nodes have two requests at once together, from the first on", { timeout: 60_000 }, async () => {
    const { url: nats } = await natsServer()
    const model = await countingServer({ answersAfterMs: 20 })
    const options = { nats, model: model.url, limit: { concurrent: 2 } }
    const tracks = await Promise.all([start(options), start(options)])

    const ends = await ask(tracks, 15)

    expect(new Set(ends)).toEqual(new Set(["completed"]))
    expect(model.begunAtMs).toHaveLength(30)
    expect(model.takeMost()).toBe(2)
  })

  test("let two nodes begin as many a minute as one", { timeout: 60_000 }, async () => {
    const { url: nats } = await natsServer()
    const model = await countingServer({ answersAfterMs: 0 })
    const options = { nats, model: model.url, limit: { perMinute: 300 } }
    const tracks = await Promise.all([start(options), start(options)])

    await ask(tracks, 20)

    // 30 at once, and one every 200 ms; one more for what the ways there take.
    const begun = model.begunAtMs.toSorted((a, b) => a - b)
    begun.forEach((fromMs, first) =>
      begun.slice(first).forEach((toMs, more) => expect(more + 1).toBeLessThanOrEqual((toMs - fromMs) / 200 + 30 + 1)),
    )
    expect(begun).toHaveLength(40)
  })

  test("get back the slot of a node that is killed", { timeout: 60_000 }, async () => {
    const { url: nats } = await natsServer()
    const model = await countingServer({ answersAfterMs: 0 })
    const options = { nats, model: model.url, limit: { concurrent: 1 } }
    const script = fileURLToPath(new URL("hangingChild.ts", import.meta.url))
    const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: "inherit" })
    onTestFinished(() => void child.kill("SIGKILL"))
    await until(async () => model.underWay() === 1)

    const track = await start(options)
    const events: Array<{ readonly waitedMs?: number }> = []
    const run = track.run(asking, { inputs: { question: "left or right" } })
    run.events$.subscribe((event) => void (event._tag === "ModelCalled" && events.push(event)))
    child.kill("SIGKILL")
    const { status } = await run.result

    expect(status).toBe("completed")
    expect(model.takeMost()).toBe(1)
    expect(events[0]!.waitedMs).toBeGreaterThan(2000)
  })

  test("are each node's own while NATS is away, and the fleet's again when it is back", {
    timeout: 120_000,
  }, async () => {
    const server = await natsServer()
    const model = await countingServer({ answersAfterMs: 20 })
    const options = { nats: server.url, model: model.url, limit: { concurrent: 1 } }
    const tracks = await Promise.all([start(options), start(options)])
    await ask(tracks, 3)
    const before = model.takeMost()

    const running = ask(tracks, 30)
    await until(async () => model.begunAtMs.length > 10)
    await server.kill()
    const ends = await running
    const meanwhile = await ask(tracks, 5)
    const most = model.takeMost()
    await server.start()
    await until(areConnected(tracks))

    expect(before).toBe(1)
    expect(new Set([...ends, ...meanwhile])).toEqual(new Set(["completed"]))
    expect(most).toBe(2)
    await until(async () => {
      model.takeMost()
      await ask(tracks, 5)
      return model.takeMost() === 1
    })
  })
})

import { jetstreamManager } from "@nats-io/jetstream"
import process from "node:process"
import { setTimeout } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsCluster, natsServer } from "../services/nats/natsServer.ts"
import { eventually } from "../services/nats/publish.ts"
import { countingServer } from "./countingServer.ts"
import { until } from "./fleetNode.ts"
import { ask, startLimited } from "./limitedNodes.ts"
import { asking } from "./limitedTrack.ts"

/** How many leaders of a cluster are killed; each election takes seconds. */
const kills = Number(process.env.DOUBLETRACK_TEST_LEADER_KILLS ?? "2")

describeWithNats("the limits of a fleet", () => {
  test("hold while the leader of three servers is killed under load, and calls go on", {
    timeout: 60_000 + 60_000 * kills,
  }, async () => {
    const members = await natsCluster(3)
    const model = await countingServer({ answersAfterMs: 200 })
    const limit = { concurrent: 3, perMinute: 600 }
    const tracks = await Promise.all(
      members.map((first) => {
        const others = members.filter((member) => member !== first)
        return startLimited({ nats: [first, ...others].map(({ url }) => url).join(","), model: model.url, limit })
      }),
    )
    await Promise.all(tracks.map((track) => ask([track], 2)))
    const client = await members[0]!.client({ servers: members.map(({ port }) => `127.0.0.1:${port}`) })
    const manager = await eventually(() => jetstreamManager(client))
    const leader = () =>
      eventually(async () => {
        const { cluster, config } = await manager.streams.info("KV_DOUBLETRACK_CALL_SLOTS")
        const found = members.find(({ name }) => name === cluster?.leader)
        if (found === undefined) throw new Error("there is no leader")
        return { found, copies: config.num_replicas, isWhole: cluster?.replicas?.every(({ current }) => current) }
      })
    const load = { goesOn: true }
    onTestFinished(() => void (load.goesOn = false))
    const ends = new Set<string>()
    const loops = tracks.flatMap((track) =>
      Array.from({ length: 4 }, async () => {
        while (load.goesOn) ends.add((await track.run(asking, { inputs: { question: "" } }).result).status)
      }),
    )

    const most: Array<number> = []
    for (let times = 0; times < kills; times += 1) {
      // A server that was just started says that it is current before it is.
      const whole = model.begunAtMs.length
      await until(async () => model.begunAtMs.length > whole + 80 && (await leader()).isWhole === true)
      const { found, copies } = await leader()
      expect(copies).toBe(3)
      const before = model.begunAtMs.length
      await found.kill()
      await until(async () => model.begunAtMs.length > before + 40)
      await found.start()
      most.push(model.takeMost())
    }
    load.goesOn = false
    await Promise.all(loops)

    expect(ends).toEqual(new Set(["completed"]))
    expect(Math.max(...most)).toBe(limit.concurrent)
    // 60 at once, and one every 100 ms; some more for what the ways there take.
    const begun = model.begunAtMs.toSorted((a, b) => a - b)
    begun.forEach((fromMs, first) =>
      begun.slice(first).forEach((toMs, more) => expect(more + 1).toBeLessThanOrEqual((toMs - fromMs) / 100 + 60 + 3)),
    )
  })

  test("are each node's own when NATS has been away for some time, and the fleet's when it is back", {
    timeout: 180_000,
  }, async () => {
    const server = await natsServer()
    const model = await countingServer({ answersAfterMs: 20 })
    const options = { nats: server.url, model: model.url, limit: { concurrent: 1 } }
    const tracks = await Promise.all([startLimited(options), startLimited(options)])
    await ask(tracks, 3)
    const before = model.takeMost()

    const running = ask(tracks, 30)
    await until(async () => model.begunAtMs.length > 10)
    await server.kill()
    await setTimeout(1000)
    const first = model.takeMost()
    const ends = await running
    const meanwhile = await ask(tracks, 5)
    const most = model.takeMost()
    await server.start()

    expect([before, first]).toEqual([1, 1])
    expect(new Set([...ends, ...meanwhile])).toEqual(new Set(["completed"]))
    expect(most).toBe(2)
    await until(async () => {
      model.takeMost()
      await ask(tracks, 5)
      return model.takeMost() === 1
    })
  })
})

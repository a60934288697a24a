import { jetstreamManager } from "@nats-io/jetstream"
import { expect, onTestFinished, test } from "vitest"
import { describeWithNats } from "../nats/natsProgram.ts"
import { natsCluster, natsServer } from "../nats/natsServer.ts"
import { proxyTo } from "../nats/proxy.ts"
import { eventually, stateFolder } from "../programs/aFleet.ts"
import { type CacheNode, type NodeOptions, openNode } from "./aNode.ts"

const start = async (url: string, options: Partial<NodeOptions> = {}) => {
  const node = await openNode({ url, directory: stateFolder(), ...options })
  onTestFinished(() => node.close())
  return node
}

const tagOf = async (node: CacheNode, key = "k", signature = "s") => (await node.get(key, signature))._tag
const becomes = (node: CacheNode, tag: "Hit" | "Miss") =>
  eventually(
    () => tagOf(node),
    (now) => now === tag,
  )
/** More than a cluster needs to choose its leaders. */
const untilElected = { patienceMs: 45_000 }

/** Puts until the other has it: a cluster that is choosing a leader takes nothing, and what it does not take is not put again. */
const putUntilSeen = (here: CacheNode, there: CacheNode, value: string) =>
  eventually(
    async () => {
      await here.put("k", "s", value)
      return there.get("k", "s")
    },
    (found) => found._tag === "Hit" && found.value === value,
    untilElected,
  )

const isConnected = (node: CacheNode) =>
  eventually(
    () => node.status(),
    ({ _tag }) => _tag === "Connected",
  )
const isAway = (node: CacheNode) =>
  eventually(
    () => node.status(),
    ({ _tag }) => _tag === "Away",
  )

describeWithNats("two nodes", () => {
  test("agree after the connection of one broke, in which the other invalidated", async () => {
    const server = await natsServer()
    const network = await proxyTo(server.port)
    const [here, there] = [await start(server.url), await start(network.url)]
    await here.put("k", "s", "old")
    expect(await tagOf(there)).toBe("Hit")
    network.sever()
    await isAway(there)

    await here.invalidate("s")
    expect(await tagOf(there)).toBe("Hit")
    network.resume()

    await becomes(there, "Miss")
    await here.put("k", "s", "new")
    expect(await there.get("k", "s")).toMatchObject({ _tag: "Hit", value: "new" })
  })

  test("agree after the connection of the one that invalidated broke", async () => {
    const server = await natsServer()
    const network = await proxyTo(server.port)
    const [here, there] = [await start(network.url), await start(server.url)]
    await here.put("k", "s", "old")
    expect(await tagOf(there)).toBe("Hit")
    network.sever()
    await isAway(here)

    await here.invalidate("s")
    expect([await tagOf(here), await tagOf(there)]).toEqual(["Miss", "Hit"])
    network.resume()

    await becomes(there, "Miss")
    expect(await tagOf(here)).toBe("Miss")
  })

  test("serve nothing old for long while nothing gets through and nobody is told so", async () => {
    const server = await natsServer()
    const network = await proxyTo(server.port)
    const [here, there] = [await start(server.url), await start(network.url, { trustMs: 500, checkEveryMs: 50 })]
    await here.put("k", "s", "old")
    expect(await tagOf(there)).toBe("Hit")
    network.pause()

    await here.invalidate("s")
    await becomes(there, "Miss")
    network.resume()

    await isConnected(there)
    await here.put("k", "s", "new")
    await eventually(
      () => there.get("k", "s"),
      (found) => found._tag === "Hit" && found.value === "new",
    )
  })

  test("agree after the server was killed, in which one invalidated, and keep what was there before", async () => {
    const server = await natsServer()
    const [here, there] = [await start(server.url), await start(server.url)]
    await here.put("k", "s", "old")
    await here.put("kept", "other", "kept")
    expect(await tagOf(there)).toBe("Hit")
    await server.kill()
    await Promise.all([isAway(here), isAway(there)])

    await here.invalidate("s")
    await server.start()

    await becomes(there, "Miss")
    await Promise.all([isConnected(here), isConnected(there)])
    expect(
      await eventually(
        () => there.get("kept", "other"),
        ({ _tag }) => _tag === "Hit",
      ),
    ).toMatchObject({
      value: "kept",
    })
  })

  test("agree though the server could be reached and did not take it that one invalidated", async () => {
    const server = await natsServer()
    const [here, there] = [await start(server.url), await start(server.url)]
    await here.put("k", "s", "old")
    expect(await tagOf(there)).toBe("Hit")
    const { streams } = await jetstreamManager(await server.client())
    const limit = (max_msg_size: number) => streams.update("KV_DOUBLETRACK_EPOCHS", { max_msg_size })
    await limit(1)

    await here.invalidate("s")
    expect([await tagOf(here), await tagOf(there)]).toEqual(["Miss", "Hit"])
    await limit(-1)

    await becomes(there, "Miss")
    expect([await here.status(), await there.status()]).toMatchObject([{ _tag: "Connected" }, { _tag: "Connected" }])
  })

  test("agree when one was not there", async () => {
    const { url } = await natsServer()
    const directory = stateFolder()
    const [here, before] = [await start(url), await start(url, { directory })]
    await here.put("k", "s", "old")
    expect(await tagOf(before)).toBe("Hit")
    await before.close()

    await here.invalidate("s")
    const after = await start(url, { directory })

    expect(await tagOf(after)).toBe("Miss")
  })

  test("agree in a cluster that loses a member", async () => {
    const [first, second, third] = await natsCluster(3)
    if (first === undefined || second === undefined) throw new Error("no cluster")
    const [here, there] = [await start(first.url), await start(second.url)]
    await putUntilSeen(here, there, "old")

    await third?.kill()
    await here.invalidate("s")
    await eventually(
      () => tagOf(there),
      (now) => now === "Miss",
      untilElected,
    )

    await putUntilSeen(here, there, "new")
    expect(await tagOf(here)).toBe("Hit")
  }, 120_000)
})

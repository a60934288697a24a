import { spawn } from "node:child_process"
import process from "node:process"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { folder, positionsByRun, storedEvents } from "../services/nats/events.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { experimentBytes, settled, startNode } from "./fleetNode.ts"

/** How often the node is killed; `DOUBLETRACK_TEST_KILLS=100` is the long version. */
const kills = Number(process.env.DOUBLETRACK_TEST_KILLS ?? "4")
const runs = 15 * kills

/** Starts the node; resolves when it has begun to work. */
const startChild = async (directory: string, url: string) => {
  const script = fileURLToPath(new URL("child.ts", import.meta.url))
  const child = spawn(process.execPath, [script, directory, url, String(runs)], { stdio: ["ignore", "pipe", "pipe"] })
  let said = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text
  })
  const ended = new Promise<string>((resolve) =>
    child.once("exit", (code, signal) => resolve(signal ?? `${code} ${said}`)),
  )
  await Promise.race([new Promise((resolve) => child.stdout.once("data", resolve)), ended])
  return { child, ended }
}

describeWithNats("a node that is killed again and again", () => {
  test("tells the fleet every event once, and counts every outcome once", {
    timeout: 60_000 + 10_000 * kills,
  }, async () => {
    const server = await natsServer()
    const client = await server.client()
    const watching = await startNode("watching", [server.url])
    const directory = folder()

    for (let times = 0; times < kills; times += 1) {
      const { child, ended } = await startChild(directory, server.url)
      await setTimeout(50 + ((times * 137) % 400))
      child.kill("SIGKILL")
      await ended
    }
    const { ended } = await startChild(directory, server.url)
    const end = await ended
    await settled(client, [watching])

    expect(end).toMatch(/^0 /)
    const positions = positionsByRun(await storedEvents(client))
    expect(Object.keys(positions)).toHaveLength(runs)
    for (const found of Object.values(positions)) expect(found).toEqual(found.map((_, index) => index))
    const [experiment] = await watching.track.experiments()
    const { traditional, optimized } = experiment!.tracks
    // A comparison counts for both tracks.
    expect(traditional.n + optimized.n - experiment!.comparison!.pairs).toBe(runs)
    const back = await startNode("back", [server.url], { directory })
    await settled(client, [watching, back])
    expect(experimentBytes(back)).toEqual(experimentBytes(watching))
  })
})

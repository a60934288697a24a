import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import { describeWithNats } from "../nats/natsProgram.ts"
import { natsServer } from "../nats/natsServer.ts"
import { stateFolder } from "../programs/aFleet.ts"
import type { NodeReply, NodeRequest } from "./nodeProcess.ts"

const script = fileURLToPath(new URL("nodeProcess.ts", import.meta.url))

/** A node in a process of its own; it answers one thing after the other. */
const startProcess = async (url: string) => {
  const child: ChildProcess = fork(script, [url, stateFolder()], { stdio: ["ignore", "ignore", "inherit", "ipc"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  await once(child, "message")
  return async (request: NodeRequest): Promise<NodeReply> => {
    const reply = once(child, "message")
    child.send(request)
    return (await reply)[0]
  }
}

const percentile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

const rounds = 150

describeWithNats("two processes", () => {
  test("see what the other puts, and miss what the other invalidates, within milliseconds", async () => {
    const { url } = await natsServer()
    const [one, other] = await Promise.all([startProcess(url), startProcess(url)])
    const tookMs = { put: new Array<number>(), invalidate: new Array<number>() }

    for (let round = 0; round < rounds; round++) {
      const [key, signature] = [`k${round}`, `s${round}`]
      const seen = other({ _tag: "until", key, signature, found: true })
      const put = await one({ _tag: "put", key, signature, value: `v${round}` })
      const { value, doneAtMs } = await seen
      expect(value).toBe(`v${round}`)
      tookMs.put.push(doneAtMs - put.begunAtMs)

      const missed = other({ _tag: "until", key, signature, found: false })
      const invalidated = await one({ _tag: "invalidate", signature })
      tookMs.invalidate.push((await missed).doneAtMs - invalidated.begunAtMs)
    }

    const figures = Object.entries(tookMs).map(([what, took]) => {
      const sorted = took.toSorted((a, b) => a - b)
      return { what, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) }
    })
    for (const { what, p50, p99 } of figures) {
      console.info(`${what} on one process until the other knows: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
      expect(p50).toBeLessThan(100)
      expect(p99).toBeLessThan(1000)
    }
  }, 60_000)
})

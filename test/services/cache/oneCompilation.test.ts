import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import type { OptimizeReport } from "../../../src/services/optimization/concludeJob.ts"
import { describeWithNats } from "../nats/natsProgram.ts"
import { natsServer } from "../nats/natsServer.ts"
import { stateFolder } from "../programs/aFleet.ts"
import { colourPipeline } from "./colourPipeline.ts"

const script = fileURLToPath(new URL("optimizingProcess.ts", import.meta.url))

const startProcess = async (url: string, file: string) => {
  const child = fork(script, [url, stateFolder(), file], { stdio: ["ignore", "inherit", "inherit", "ipc"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  await once(child, "message")
  return async (): Promise<OptimizeReport> => {
    const reply = once(child, "message")
    child.send("optimize")
    const [{ report, error }] = await reply
    if (report === undefined) throw new Error(error)
    return report
  }
}

describeWithNats("ten nodes", () => {
  test("that want the same program at the same time compile it once, and all adopt it", async () => {
    const { url } = await natsServer()
    const file = colourPipeline()
    const nodes = await Promise.all(Array.from({ length: 10 }, () => startProcess(url, file)))

    const reports = await Promise.all(nodes.map((optimize) => optimize()))

    const [compiled, ...others] = reports.filter(({ cached }) => !cached)
    expect(others).toEqual([])
    expect(compiled?.calls).toBeGreaterThan(0)
    expect(reports.reduce((sum, { calls }) => sum + calls, 0)).toBe(compiled?.calls)
    expect(new Set(reports.map(({ programId }) => programId)).size).toBe(1)
    expect(reports.every(({ adopted }) => adopted === compiled?.adopted)).toBe(true)
  }, 120_000)
})

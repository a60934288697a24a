import { expect, onTestFinished, test } from "vitest"
import { Doubletrack, type WorkflowInput } from "../../src/index.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { eventually } from "../services/nats/publish.ts"
import { doubletrack, folder } from "./commandLine.ts"

const greeting: WorkflowInput = {
  name: "greeting",
  steps: [{ name: "greet", type: "claude", prompt: [{ type: "static", content: "Greet." }] }],
}

describeWithNats("limits that are not the same on all nodes", () => {
  test("are said by the doctor, and those that are the same are not", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const limits = { "offline/*": { concurrent: 4 } }
    const track = await Doubletrack.start({
      nats: server.url,
      store: ":memory:",
      model: "offline/in-context",
      environment: {},
      settings: { limits },
    })
    onTestFinished(() => track.close())
    const examined = async (settings: object) => {
      const cwd = folder({ "doubletrack.config.json": JSON.stringify(settings) })
      return await doubletrack(["doctor"], { cwd, env: { NATS_URL: server.url } })
    }

    await track.run(greeting).result
    const other = await eventually(async () => {
      const found = await examined({ limits: { "offline/*": { perMinute: 30 } } })
      if (!found.stdout.includes("limits ")) throw new Error("it is not stated yet")
      return found
    })
    const alike = await examined({ limits })

    expect(other.stdout).toMatch(
      /^✗ limits +offline\/in-context: perMinute 30 here, concurrent 4 \(\d{4}-.*Z\) on other nodes; give all the same `limits`$/m,
    )
    expect(other.status).toBe(0)
    expect(alike.stdout).not.toMatch(/^✗/m)
  })
})

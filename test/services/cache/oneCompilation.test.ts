import { fork } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import type { OptimizeReport } from "../../../src/services/optimization/concludeJob.ts"
import { describeWithNats } from "../nats/natsProgram.ts"
import { natsServer } from "../nats/natsServer.ts"
import { jsonl } from "../optimization/anOptimization.ts"
import { examples } from "../optimization/colourTask.ts"
import { stateFolder } from "../programs/aFleet.ts"

const script = fileURLToPath(new URL("optimizingProcess.ts", import.meta.url))

const pipeline = `workflow:
  name: colours
  steps:
    - name: sort
      type: claude
      prompt:
        - type: static
          content: "Is the colour warm or cold? {{inputs.message}}"
      signature: "message: str -> side: Literal['warm', 'cold']"
      dspy_config:
        training_data_path: train.jsonl
        evaluation_mode: knn_few_shot
`

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
    const folder = stateFolder()
    writeFileSync(join(folder, "colours.yaml"), pipeline)
    writeFileSync(join(folder, "train.jsonl"), jsonl(examples(120)))
    const nodes = await Promise.all(Array.from({ length: 10 }, () => startProcess(url, join(folder, "colours.yaml"))))

    const reports = await Promise.all(nodes.map((optimize) => optimize()))

    const [compiled, ...others] = reports.filter(({ cached }) => !cached)
    expect(others).toEqual([])
    expect(compiled?.calls).toBeGreaterThan(0)
    expect(reports.reduce((sum, { calls }) => sum + calls, 0)).toBe(compiled?.calls)
    expect(new Set(reports.map(({ programId }) => programId)).size).toBe(1)
    expect(reports.every(({ adopted }) => adopted === compiled?.adopted)).toBe(true)
  }, 60_000)
})

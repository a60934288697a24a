import { expect, test } from "vitest"
import { storedEvents } from "../services/nats/events.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { doubletrack, folder } from "./commandLine.ts"
import { labelledRows, labellingProvider } from "./labellingProvider.ts"

const pipeline = `workflow:
  name: weather
  steps:
    - name: sort
      type: claude
      signature:
        instructions: Say whether it is warm or cold.
        input_fields: [{ name: message, type: string }]
        output_fields: [{ name: side, type: enum, values: [warm, cold] }]
      prompt: "Warm or cold? {{inputs.message}}"
  dspy_config:
    training_data_path: rows.jsonl
    evaluation_mode: knn_few_shot
`

describeWithNats("what a command line does with programs", () => {
  test("is told to the fleet before it ends, once", async () => {
    const server = await natsServer()
    const provider = await labellingProvider()
    const env = {
      NATS_URL: server.url,
      DOUBLETRACK_OPENAI_BASE_URL: `${provider.url}/v1`,
      OPENAI_API_KEY: "key-of-a-test",
      DOUBLETRACK_MODEL: "openai/labeller",
    }
    const cwd = folder({ "a.yaml": pipeline, "rows.jsonl": labelledRows(90) })
    const json = async (...args: ReadonlyArray<string>) =>
      JSON.parse((await doubletrack([...args, "--json", "--quiet"], { cwd, env })).stdout)

    const { programId } = await json("optimize", "a.yaml")
    await json("program", "rollback", "sort")
    await json("program", "promote", programId)
    await json("program", "invalidate", "a.yaml#sort")
    const [row] = await json("program", "list")

    const tags = (await storedEvents(await server.client())).map(({ event }) => event._tag)
    expect(tags[0]).toBe("OptimizationStarted")
    expect(tags).toContain("OptimizationProgressed")
    expect(tags.filter((tag) => tag.startsWith("Program"))).toEqual([
      ...["ProgramCompiled", "ProgramAdopted", "ProgramRolledBack", "ProgramAdopted", "ProgramInvalidated"],
    ])
    expect(row).toMatchObject({ id: programId, adopted: false })
  })
})

import { jetstream } from "@nats-io/jetstream"
import { Kvm } from "@nats-io/kv"
import { expect, test } from "vitest"
import { storedEvents } from "../services/nats/events.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { doubletrack, folder } from "./commandLine.ts"
import { labelledPipeline, labelledRows, labellingProvider } from "./labellingProvider.ts"

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
    const cwd = folder({ "a.yaml": labelledPipeline, "rows.jsonl": labelledRows(90) })
    const json = async (...args: ReadonlyArray<string>) =>
      JSON.parse((await doubletrack([...args, "--json", "--quiet"], { cwd, env })).stdout)

    const { programId } = await json("optimize", "a.yaml")
    await json("program", "rollback", "sort")
    await json("program", "promote", programId)
    const { signature } = await json("program", "invalidate", "a.yaml#sort")
    const [row] = await json("program", "list")

    const client = await server.client()
    const epochs = await new Kvm(jetstream(client)).open("DOUBLETRACK_EPOCHS")
    const tags = (await storedEvents(client)).map(({ event }) => event._tag)
    expect(tags[0]).toBe("OptimizationStarted")
    expect(tags).toContain("OptimizationProgressed")
    expect(tags.filter((tag) => tag.startsWith("Program"))).toEqual([
      ...["ProgramCompiled", "ProgramAdopted", "ProgramRolledBack", "ProgramAdopted", "ProgramInvalidated"],
    ])
    expect((await epochs.get(`epoch.${signature}`))?.operation).toBe("PUT")
    expect(row).toMatchObject({ id: programId, adopted: false })
  })
})

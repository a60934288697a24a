import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { Kvm } from "@nats-io/kv"
import { OptimizationCache } from "../../../src/services/cache/OptimizationCache.ts"
import { ProgramStore } from "../../../src/services/programs/ProgramStore.ts"
import { describeWithNats } from "../nats/natsProgram.ts"
import { natsServer } from "../nats/natsServer.ts"
import { startNode } from "../programs/aFleet.ts"
import { colourPipeline } from "./colourPipeline.ts"
import { type MortalNode, startMortalNode } from "./aMortalNode.ts"

const holdMs = 5000

/** Nodes that want the same program: one is halfway through compiling it, and the others wait for that. */
const halfway = async (count: number) => {
  const server = await natsServer()
  const options = { url: server.url, file: colourPipeline(), holdMs }
  const nodes = await Promise.all(Array.from({ length: count }, () => startMortalNode(options)))
  for (const node of nodes) node.order("optimize")
  const owner = await Promise.race(nodes.map(async (node) => (await node.first("Halfway"), node)))
  const others = nodes.filter((node) => node !== owner)
  await Promise.all(others.map((node) => node.first("Waiting")))
  return { server, options, owner, others, lease: await owner.first("Leased") }
}

const reportOf = async (node: MortalNode) => (await node.first("Done")).report
const factsOf = (nodes: ReadonlyArray<MortalNode>, fact: string) =>
  nodes.flatMap((node) => node.news("Fact")).filter((news) => news.fact === fact)

/** What a node that starts now finds, and whether what another made under this token would still be taken. */
const afterwards = async (url: string, { key, token }: Awaited<ReturnType<typeof halfway>>["lease"]) => {
  const node = await startNode(url)
  const place = { workflow: "colours", step: "sort", signatureHash: key.signatureHash }
  return node.run(
    Effect.gen(function* () {
      const cache = yield* OptimizationCache
      const found = yield* cache.get(key)
      if (found._tag === "Miss") throw new Error("nothing was kept")
      const { result } = found
      const late = { ...result, program: { ...result.program, id: "prog-late" } }
      const taken = yield* cache.put(key, late, {
        epoch: yield* cache.epoch(key.signatureHash),
        adopted: true,
        fence: token,
      })
      const after = yield* cache.get(key, { fresh: true })
      return {
        found: result.program.id,
        taken,
        after: after._tag === "Found" ? after.result.program.id : null,
        served: (yield* ProgramStore.use((store) => store.adopted(place)))?.id,
      }
    }),
  )
}

describeWithNats("of nodes that want the same program", () => {
  test("exactly one takes over from the one that is killed halfway, once its lease has run out, and all get what it makes", async () => {
    const { server, options, owner, others, lease } = await halfway(5)
    const leases = await new Kvm(await server.client()).open("DOUBLETRACK_LEASES")

    await owner.kill()
    const outlived = await leases.get(lease.name)
    for (const node of others) node.order("go")
    const reports = await Promise.all(others.map(reportOf))

    expect(outlived?.operation).toBe("PUT")
    const [compiled, ...more] = reports.filter(({ cached }) => !cached)
    expect(more).toEqual([])
    expect(compiled?.adopted).toBe(true)
    expect(reports.map(({ programId, adopted }) => [programId, adopted])).toEqual(
      others.map(() => [compiled?.programId, true]),
    )
    expect(reports.reduce((sum, { calls }) => sum + calls, 0)).toBe(compiled?.calls)
    expect(factsOf(others, "OptimizationStarted")).toHaveLength(1)
    const [taken] = others.flatMap((node) => node.news("Leased")).toSorted((a, b) => a.token - b.token)
    expect(taken?.token).toBeGreaterThan(lease.token)
    expect(await afterwards(server.url, lease)).toEqual({
      found: compiled?.programId,
      taken: false,
      after: compiled?.programId,
      served: compiled?.programId,
    })
    const risen = await startMortalNode({ ...options, directory: owner.directory })
    risen.order("optimize")
    expect(await reportOf(risen)).toMatchObject({ programId: compiled?.programId, cached: true, calls: 0 })
  }, 120_000)

  test("the one that stood still while another took over takes what that one made, and adopts nothing of its own", async () => {
    const { owner, others } = await halfway(3)

    owner.freeze()
    for (const node of others) node.order("go")
    const reports = await Promise.all(others.map(reportOf))
    owner.thaw()
    owner.order("go")
    const late = await reportOf(owner)

    const [compiled] = reports.filter(({ cached }) => !cached)
    expect(late).toMatchObject({ programId: compiled?.programId, adopted: true, cached: true, calls: 0 })
    expect(factsOf([owner], "ProgramCompiled")).toEqual([])
    expect(factsOf(others, "ProgramCompiled")).toHaveLength(1)
  }, 120_000)
})

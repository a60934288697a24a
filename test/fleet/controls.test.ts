import { expect, test } from "vitest"
import type { ExperimentReport } from "../../src/index.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { type Node, runMany, settled, startNode, until } from "./fleetNode.ts"
import { judged } from "./fleetTrack.ts"

/** Why a node routes the step as it does now. */
const routed = async ({ track }: Pick<Node, "track">) => {
  const { steps } = await track.run(judged, { inputs: { thing: "one" }, seed: 1 }).result
  return steps[0]?.route?.reason
}

const decide = ({ track }: Pick<Node, "track">, control: ExperimentReport["control"]) =>
  track.controlExperiment({ workflow: "judged", step: "sort", control })

/** Waits until those who watch the experiments of a node have seen this. */
const sees = ({ track }: Pick<Node, "track">) => {
  let latest: ExperimentReport["control"] | undefined
  track.experiments$.subscribe(({ control }) => {
    latest = control
  })
  return (control: ExperimentReport["control"]) =>
    until(
      async () => latest === control,
      async () => String(latest),
    )
}

describeWithNats("what a person decides about an experiment", () => {
  test("holds on every node from the next step on, who watches sees it, and it is taken back on any", {
    timeout: 60_000,
  }, async () => {
    const server = await natsServer()
    const nodes = await Promise.all(["a", "b"].map((name) => startNode(name, [server.url])))
    const [a, b] = nodes as [Node, Node]
    await runMany(a, judged, { count: 1 })
    await settled(await server.client(), nodes)
    const [seenByA, seenByB] = [sees(a), sees(b)]

    await decide(a, "paused")
    await Promise.all([seenByA("paused"), seenByB("paused")])
    const paused = await Promise.all([...nodes.map(routed), b.track.experiments()])
    await decide(b, "running")
    await Promise.all([seenByA("running"), seenByB("running")])

    expect(paused).toMatchObject(["paused", "paused", [{ control: "paused" }]])
    expect(await Promise.all(nodes.map(routed))).toEqual(["ab_test", "ab_test"])
  })

  test("while NATS is away holds there at once and reaches the others, also those that start later", {
    timeout: 60_000,
  }, async () => {
    const server = await natsServer()
    const [a, b] = [await startNode("a", [server.url]), await startNode("b", [server.url])]
    await decide(a, "paused")
    await until(async () => (await routed(b)) === "paused")
    await b.close()
    await server.kill()
    await until(async () => (await a.track.fleet()).status._tag === "Away")

    await decide(a, "pinned_optimized")
    const meanwhile = await routed(a)
    await server.start()
    const other = await startNode("c", [server.url])
    await until(async () => (await routed(other)) === "pinned")
    const later = await Promise.all([
      startNode("b", [server.url], { directory: b.directory }),
      startNode("d", [server.url]),
    ])

    expect(meanwhile).toBe("pinned")
    expect(await Promise.all(later.map(routed))).toEqual(["pinned", "pinned"])
  })
})

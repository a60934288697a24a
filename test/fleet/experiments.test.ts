import { expect, test } from "vitest"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { awaited, experimentBytes, judged, runMany, settled, startNode, until } from "./fleetNode.ts"

describeWithNats("the experiments of a fleet", () => {
  test("are the same on all nodes, byte for byte, whoever ran what", { timeout: 60_000 }, async () => {
    const server = await natsServer()
    const nodes = await Promise.all(["a", "b", "c"].map((name) => startNode(name, [server.url])))

    await Promise.all(nodes.map((node) => runMany(node, judged, { count: 40 })))
    await settled(await server.client(), nodes)

    const [a, b, c] = nodes.map(experimentBytes)
    expect(b).toEqual(a)
    expect(c).toEqual(a)
    const [experiment] = await nodes[0]!.track.experiments()
    expect(experiment!.tracks.traditional.n + experiment!.tracks.optimized.n).toBeGreaterThanOrEqual(120)
  })
})

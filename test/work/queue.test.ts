import { expect, test } from "vitest"
import { lastValueFrom, toArray } from "rxjs"
import { judged } from "../fleet/fleetTrack.ts"
import { startNode } from "../fleet/fleetNode.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"

describeWithNats("a run that is submitted", () => {
  test("is carried out by a worker, and followed like one's own", async () => {
    const { url } = await natsServer()
    const client = await startNode("client", [url])
    const worker = await startNode("worker", [url])
    const begun: Array<string> = []
    worker.track.work({ onRun: ({ id }) => begun.push(id) })

    const run = client.track.submit(judged, { inputs: { thing: "spoon" }, seed: 1 })
    const events = lastValueFrom(run.events$.pipe(toArray()))
    const report = await run.result

    expect(report).toMatchObject({ runId: run.id, status: "completed", results: { sort: { success: true } } })
    const tags = (await events).map(({ _tag }) => _tag)
    expect([tags[0], tags.at(-1)]).toEqual(["RunStarted", "RunCompleted"])
    expect(begun).toEqual([run.id])
  })
})

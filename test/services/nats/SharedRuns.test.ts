import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test, vi } from "vitest"
import type { RunEvent } from "../../../src/RunEvent.ts"
import { noUsage } from "../../../src/Usage.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { SharedRuns } from "../../../src/services/nats/SharedRuns.ts"
import { pipelineInput } from "../../machines/pipelineScript.ts"
import { natsSettings } from "./events.ts"
import { describeWithNats } from "./natsProgram.ts"
import { natsServer } from "./natsServer.ts"

describeWithNats("a run of the fleet that was lost before it began here", () => {
  test("is told to be, and nothing of it is kept", async () => {
    const { url } = await natsServer()
    const input = pipelineInput(["a"])
    const onLost = vi.fn()

    const { holds, isOurs, kept } = await Effect.runPromise(
      Effect.gen(function* () {
        yield* (yield* Nats).connected
        const shared = yield* SharedRuns
        yield* shared.submit({ input })
        yield* shared.take(input.runId)
        shared.giveUp(input.runId)
        shared.journal.begin({ input, models: {}, workingDirectory: "." }, { onLost, onCancelAsked: () => {} })
        const event: RunEvent = {
          ...({ v: 1, id: "event-1", scope: "run", runId: input.runId, workflow: "w", seq: 0 } as const),
          ...({ at: input.startedAt, node: "node", _tag: "RunCompleted", usage: noUsage, latencyMs: 1 } as const),
        }
        yield* Effect.promise(() => new Promise<void>((done) => shared.journal.append(event, done)))
        const noted = yield* shared.look(input.runId)
        const whose = { holds: shared.journal.holds(input.runId), isOurs: shared.isOurs(input.runId) }
        return { ...whose, kept: noted?.run }
      }).pipe(
        Effect.provide(Layer.provideMerge(SharedRuns.layer, Nats.layer(natsSettings({ servers: [url] }), "node"))),
        Effect.scoped,
      ),
    )

    expect(onLost).toHaveBeenCalledOnce()
    expect({ holds, isOurs }).toEqual({ holds: true, isOurs: false })
    expect(kept).toMatchObject({ begun: null, events: [] })
  })
})

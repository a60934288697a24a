import * as NodeServices from "@effect/platform-node/NodeServices"
import { jetstreamManager } from "@nats-io/jetstream"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { expect, test } from "vitest"
import { NatsSettings } from "../../../src/NatsSettings.ts"
import { examineNats } from "../../../src/services/nats/examineNats.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { describeWithNats } from "./natsProgram.ts"
import { natsServer } from "./natsServer.ts"

describeWithNats("a fleet that is looked at", () => {
  test("cannot be worked with where a stream of ours takes other subjects, which says what to do", async () => {
    const server = await natsServer()
    const manager = await jetstreamManager(await server.client())
    await manager.streams.add({ name: "DOUBLETRACK_EVENTS", subjects: ["doubletrack.events.run.>"] })
    await manager.streams.add({ name: "DOUBLETRACK_RUNS", subjects: ["doubletrack.*.*"] })
    const nats = Schema.decodeUnknownSync(NatsSettings)({ servers: [server.url] })

    const { ok, problem, streams } = await Effect.runPromise(
      examineNats({ nats, limits: {} }).pipe(
        Effect.provide(Store.layer(":memory:")),
        Effect.provide(NodeServices.layer),
      ),
    )

    expect({ ok, problem }).toEqual({
      ok: false,
      problem: expect.stringMatching(
        /^the stream DOUBLETRACK_EVENTS, .* Add doubletrack\.events\.> to its subjects, or/,
      ),
    })
    expect(streams.map(({ name }) => name)).toEqual(["DOUBLETRACK_EVENTS", "DOUBLETRACK_RUNS"])
  })
})

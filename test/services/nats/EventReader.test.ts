import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { expect, test } from "vitest"
import { eventReader } from "../../../src/services/nats/EventReader.ts"
import { eventsSpec } from "../../../src/services/nats/eventsSpec.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { histories, natsSettings } from "./events.ts"
import { describeWithNats } from "./natsProgram.ts"
import { natsServer } from "./natsServer.ts"
import { makeStream, publish } from "./publish.ts"

describeWithNats("a reader", () => {
  test("loses nothing when whoever reads stops waiting now and then", async () => {
    const server = await natsServer()
    const client = await server.client()
    await makeStream(client)
    const events = histories(Array.from({ length: 20 }, (_, index) => `run-${index}`)).flat()

    const sequences = await Effect.runPromise(
      Effect.gen(function* () {
        const reader = yield* eventReader({
          of: eventsSpec((yield* Nats).settings),
          beginning: { from: "sequence", sequence: 1 },
          subjects: ["doubletrack.events.>"],
          ahead: 16,
        })
        const publishing = yield* Effect.forkChild(Effect.promise(() => publish(client, events)))
        const found: Array<number> = []
        while (found.length < events.length) {
          const batch = yield* Effect.timeoutOption(reader.next, "1 millis")
          if (batch._tag === "Some") found.push(...batch.value.map(({ seq }) => seq))
        }
        yield* Fiber.join(publishing)
        return found
      }).pipe(Effect.scoped, Effect.provide(Nats.layer(natsSettings({ servers: [server.url] }), "reader"))),
    )

    expect(sequences).toEqual(events.map((_, index) => index + 1))
  })
})

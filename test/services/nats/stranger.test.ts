import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { EventOutbox } from "../../../src/services/nats/EventOutbox.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { histories, interleaved, natsSettings } from "./events.ts"
import { describeWithNats } from "./natsProgram.ts"
import { natsServer } from "./natsServer.ts"
import { pythonClient, runPython } from "./pythonClient.ts"

const client = pythonClient()

describeWithNats("a plain client of another language", () => {
  test.skipIf("missing" in client)(
    "reads the events that were sent, by their subjects",
    { timeout: 60_000 },
    async () => {
      const { python } = client as { readonly python: string }
      const server = await natsServer()
      const events = interleaved(histories(["run-1", "run-2", "run-3", "run-4"], 8))
      const outbox = EventOutbox.layer.pipe(
        Layer.provide(Nats.layer(natsSettings({ servers: [server.url] }), "test")),
        Layer.provide(Store.layerMemory),
        Layer.provide(NodeServices.layer),
      )
      await Effect.runPromise(
        EventOutbox.use(({ take, drained }) => {
          events.forEach(take)
          return drained
        }).pipe(Effect.provide(outbox)),
      )
      const routed = events.filter(({ _tag }) => _tag === "StepRouted")

      const printed = await runPython(python, "readEvents.py", [
        server.url,
        "doubletrack.events.run.*.*.StepRouted",
        String(routed.length),
      ])

      const found = printed
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
      expect(routed.length).toBeGreaterThan(2)
      expect(found.map(({ event }) => event).toSorted(byId)).toEqual(routed.toSorted(byId))
      for (const { subject, id, event } of found) {
        expect(id).toBe(event.id)
        expect(subject).toBe(`doubletrack.events.run.${event.workflow}.${event.runId}.StepRouted`)
      }
    },
  )
})

const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1)

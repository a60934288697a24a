import process from "node:process"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ensureObjects } from "../../../src/services/nats/ensureStreams.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { readObject } from "../../../src/services/nats/readObject.ts"
import { NatsSettings } from "../../../src/NatsSettings.ts"

/** Begins to read a large object again and again, gives up sooner or later, and closes the connection at once. */
const [url = ""] = process.argv.slice(2)
const bucket = { bucket: "LARGE", description: "What is read", maxBytes: 2 ** 26 }

for (let pauseMs = 0; pauseMs < 24; pauseMs += 1) {
  await Effect.runPromise(
    Effect.gen(function* () {
      const nats = yield* Nats
      yield* nats.connected
      const objects = yield* ensureObjects(bucket)
      if (pauseMs === 0) yield* nats.use("writing", () => objects.putBlob({ name: "it" }, new Uint8Array(2 ** 23)))
      const read = readObject(nats, "reading", { objects, name: "it" })
      yield* Effect.timeoutOption(read, pauseMs)
    }).pipe(Effect.provide(Nats.layer(Schema.decodeUnknownSync(NatsSettings)({ servers: [url] }), "test"))),
  )
}
console.log("all were closed")

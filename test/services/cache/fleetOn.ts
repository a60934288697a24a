import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { onTestFinished } from "vitest"
import { NatsSettings } from "../../../src/NatsSettings.ts"
import { Fleet } from "../../../src/services/cache/Fleet.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { type NatsFleetOptions, natsFleet } from "../../../src/services/nats/natsFleet.ts"

/** What a node of a fleet shares over the server at this address. */
export const fleetLayer = (url: string, options: NatsFleetOptions = {}): Layer.Layer<Fleet | Nats> =>
  Layer.provideMerge(natsFleet(options), Nats.layer(Schema.decodeUnknownSync(NatsSettings)({ servers: [url] }), "test"))

/** A node that is connected. */
export const fleetOn = async (url: string, options: NatsFleetOptions = {}) => {
  const runtime = ManagedRuntime.make(fleetLayer(url, options))
  await runtime.runPromise(Effect.flatMap(Nats, ({ connected }) => connected))
  const close = () => runtime.dispose()
  onTestFinished(close)
  return { fleet: await runtime.runPromise(Fleet), runtime, close }
}

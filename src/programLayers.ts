import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Epochs } from "./services/cache/Epochs.ts"
import { OptimizationCache } from "./services/cache/OptimizationCache.ts"
import { EventOutbox } from "./services/nats/EventOutbox.ts"
import { Nats } from "./services/nats/Nats.ts"
import { natsFleet } from "./services/nats/natsFleet.ts"
import { fleetPrograms } from "./services/programs/fleetPrograms.ts"
import { SystemFactRecorder } from "./services/SystemFactRecorder.ts"
import type { Settings } from "./Settings.ts"
import { openStamps } from "./stamps.ts"

/** Programs and the cache of what was compiled, of this store and of the fleet that the settings name. */
export const programLayers = (settings: Settings) => ofFleet(settings).pipe(Layer.provideMerge(theFleet(settings)))

/** The same, for a process that does not stay: what happens in it is told to the fleet before it ends. */
export const tellingPrograms = (settings: Settings) =>
  ofFleet(settings).pipe(
    Layer.provideMerge(toFleet),
    Layer.provideMerge(EventOutbox.layer),
    Layer.provideMerge(theFleet(settings)),
  )

const ofFleet = ({ cache }: Settings) =>
  fleetPrograms.pipe(
    Layer.provideMerge(OptimizationCache.layer(cache)),
    Layer.provideMerge(Epochs.layer({ trustMs: cache.awayMs })),
  )

const theFleet = ({ nats }: Settings) => natsFleet().pipe(Layer.provideMerge(Nats.layer(nats, "doubletrack")))

const toFleet = Layer.effect(
  SystemFactRecorder,
  Effect.gen(function* () {
    const outbox = yield* EventOutbox
    const { stamps } = yield* openStamps()
    return { record: (fact) => Effect.sync(() => outbox.take(stamps.ofSystem(fact))) }
  }),
)

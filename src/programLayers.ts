import * as Layer from "effect/Layer"
import { Epochs } from "./services/cache/Epochs.ts"
import { OptimizationCache } from "./services/cache/OptimizationCache.ts"
import { Nats } from "./services/nats/Nats.ts"
import { natsFleet } from "./services/nats/natsFleet.ts"
import { fleetPrograms } from "./services/programs/fleetPrograms.ts"
import type { Settings } from "./Settings.ts"

/** Programs and the cache of what was compiled, of this store and of the fleet that the settings name. */
export const programLayers = (settings: Settings) =>
  fleetPrograms.pipe(
    Layer.provideMerge(OptimizationCache.layer(settings.cache)),
    Layer.provideMerge(Epochs.layer({ trustMs: settings.cache.awayMs })),
    Layer.provideMerge(natsFleet()),
    Layer.provideMerge(Nats.layer(settings.nats, "doubletrack")),
  )

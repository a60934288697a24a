import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Epochs } from "../cache/Epochs.ts"
import { Fleet } from "../cache/Fleet.ts"
import { OptimizationCache } from "../cache/OptimizationCache.ts"
import { Store } from "../store/Store.ts"
import { SystemFactRecorder } from "../SystemFactRecorder.ts"
import { adoptionBoard } from "./adoptionBoard.ts"
import { invalidating } from "./invalidating.ts"
import { programShare } from "./programShare.ts"
import { ProgramStore } from "./ProgramStore.ts"
import { sharedDecisions } from "./sharedDecisions.ts"
import { programStoreLayer } from "./sqliteProgramStore.ts"

/** What programs, and the rows that they pick demos from, may take on NATS. */
const maxBytes = 256 * 2 ** 20

/**
 * Programs of this installation, as one of a fleet: what is adopted, promoted, rolled back or withdrawn on one node is
 * so on all, and a signature that is invalidated is so everywhere. Without a fleet, those of the store alone.
 */
export const fleetPrograms: Layer.Layer<ProgramStore, never, Store | Fleet | Epochs | OptimizationCache> = Layer.effect(
  ProgramStore,
  Effect.gen(function* () {
    const kept = yield* ProgramStore
    const fleet = yield* Fleet
    const epochs = yield* Epochs
    const { record } = yield* SystemFactRecorder
    const local = yield* invalidating(kept, { epochs, cache: yield* OptimizationCache, record })
    const registers = fleet.registers("ADOPTIONS")
    const tier = fleet.tier({ space: "PROGRAMS", ttlMs: null, maxBytes })
    if (registers === null || tier === null) return ProgramStore.of(local)
    const share = programShare(tier, kept)
    const board = yield* adoptionBoard({ registers, store: yield* Store, epochs, local: kept, share, record })
    return sharedDecisions(local, { board, share })
  }),
).pipe(Layer.provide(programStoreLayer))

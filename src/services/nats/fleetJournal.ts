import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { JournalSettings } from "../../Settings.ts"
import { Journal } from "../journal/Journal.ts"
import { journalLayer } from "../journal/journalLayer.ts"
import { routedJournal } from "../journal/SharedJournal.ts"
import type { Store } from "../store/Store.ts"
import { SharedRuns } from "./SharedRuns.ts"

/** The journal in the embedded store, but for the runs that were taken from the fleet. */
export const fleetJournal = (settings: JournalSettings): Layer.Layer<Journal, never, Store | SharedRuns> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      return routedJournal(yield* Journal, (yield* SharedRuns).journal)
    }),
  ).pipe(Layer.provide(journalLayer(settings)))

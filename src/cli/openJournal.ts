import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Refusal, refused } from "../refused.ts"
import type { Journal } from "../services/journal/Journal.ts"
import type { JournalError } from "../services/journal/JournalError.ts"
import { settingsOf } from "./openTrack.ts"
import type { RootFlags } from "./root.ts"

/** Does something with the runs in this command line's state directory. */
export const withJournal = <A, R>(flags: RootFlags, effect: Effect.Effect<A, JournalError | Refusal, R | Journal>) =>
  Effect.gen(function* () {
    const { settings } = yield* settingsOf(flags)
    const { Store } = yield* Effect.promise(() => import("../services/store/Store.ts"))
    const { journalLayer } = yield* Effect.promise(() => import("../services/journal/journalLayer.ts"))
    const journal = journalLayer(settings.journal).pipe(Layer.provide(Store.layer(settings.state)))
    return yield* refused(Effect.provide(effect, journal))
  })

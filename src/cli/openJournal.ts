import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type InputError, refuse } from "../InputError.ts"
import type { Journal } from "../services/journal/Journal.ts"
import type { JournalError } from "../services/journal/JournalError.ts"
import type { StoreError } from "../services/store/StoreError.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { settingsOf } from "./openTrack.ts"
import type { RootFlags } from "./root.ts"

/** Does something with the runs in this command line's state directory. */
export const withJournal = <A, R>(
  flags: RootFlags,
  effect: Effect.Effect<A, StoreError | JournalError | InputError, R | Journal>,
) =>
  Effect.gen(function* () {
    const { settings } = yield* settingsOf(flags)
    const { Store } = yield* Effect.promise(() => import("../services/store/Store.ts"))
    const { journalLayer } = yield* Effect.promise(() => import("../services/journal/journalLayer.ts"))
    const journal = journalLayer(settings.journal).pipe(Layer.provide(Store.layer(settings.state)))
    return yield* Effect.provide(effect, journal)
  }).pipe(
    Effect.catchTags({
      StoreError: ({ message }) => Effect.andThen(Console.error(message), Effect.fail(new CommandFailed())),
      JournalError: ({ message }) => refuse(message),
    }),
  )

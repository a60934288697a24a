import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { JournalSettings } from "../../Settings.ts"
import { Store } from "../store/Store.ts"
import { embeddedJournal } from "./embeddedJournal.ts"
import { Journal } from "./Journal.ts"
import { journalFormat } from "./journalFormat.ts"

/** The journal in the embedded store; closed with its scope, it leaves what has not ended to be resumed. */
export const journalLayer = (settings: JournalSettings, format = journalFormat()): Layer.Layer<Journal, never, Store> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const nowMs = () => clock.currentTimeMillisUnsafe()
      return yield* embeddedJournal({ store: yield* Store, settings, format, nowMs })
    }),
  )

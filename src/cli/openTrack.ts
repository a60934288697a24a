import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import process from "node:process"
import type { DoubletrackService } from "../Doubletrack.ts"
import { InputError } from "../InputError.ts"
import { loadSettings } from "../services/settings/loadSettings.ts"
import { givenSettings, type RootFlags } from "./root.ts"

/** The settings that hold for this command line. */
export const settingsOf = (flags: RootFlags) =>
  loadSettings({
    given: givenSettings(flags),
    environment: process.env,
    directory: process.cwd(),
    ...(Option.isSome(flags.config) ? { config: flags.config.value } : {}),
  })

/** A Doubletrack with the settings of this command line, closed with the scope. Its modules are loaded here, not at start-up. */
export const openTrack = Effect.fnUntraced(function* (flags: RootFlags) {
  const { settings } = yield* settingsOf(flags)
  return yield* Effect.acquireRelease(
    refusable(async (): Promise<DoubletrackService> => {
      const { Doubletrack } = await import("../Doubletrack.ts")
      return Doubletrack.start({ settings })
    }),
    (track) => Effect.promise(() => track.close()),
  )
})

/** A promise that may reject with `InputError`; anything else it rejects with is a defect. */
export const refusable = <A>(evaluate: () => Promise<A>): Effect.Effect<A, InputError> =>
  Effect.tryPromise({ try: evaluate, catch: (cause) => cause }).pipe(
    Effect.catch((cause) => (cause instanceof InputError ? Effect.fail(cause) : Effect.die(cause))),
  )

import * as Effect from "effect/Effect"
import process from "node:process"
import type { DoubletrackService } from "../DoubletrackService.ts"
import { InputError } from "../InputError.ts"
import { loadSettings } from "../services/settings/loadSettings.ts"
import type { Settings } from "../Settings.ts"
import { StepFailure } from "../StepFailure.ts"
import { givenSettings, type RootFlags } from "./root.ts"

/** The settings that hold for this command line. */
export const settingsOf = (flags: RootFlags) =>
  loadSettings({
    given: givenSettings(flags),
    environment: process.env,
    directory: process.cwd(),
    ...flags.config,
  })

/**
 * A Doubletrack with the settings of this command line, closed with the scope. A command does not stay: what is wanted
 * in the background is queued for a process that does. Its modules are loaded here, not at start-up.
 */
export const openTrack = Effect.fnUntraced(function* (flags: RootFlags) {
  const { settings: given } = yield* settingsOf(flags)
  const settings: Settings = { ...given, background: { ...given.background, optimize: false } }
  const track = yield* Effect.acquireRelease(
    refusable(async (): Promise<DoubletrackService> => {
      const { Doubletrack } = await import("../Doubletrack.ts")
      return Doubletrack.start({ settings, resumeInterrupted: false })
    }),
    (track) => Effect.promise(() => track.close()),
  )
  return { track, settings }
})

/**
 * A promise that may reject because of what the user wrote: with `InputError`, or with the `StepFailure`
 * of a prompt that cannot be built. Anything else it rejects with is a defect.
 */
export const refusable = <A>(evaluate: () => Promise<A>): Effect.Effect<A, InputError> =>
  Effect.tryPromise({ try: evaluate, catch: (cause) => cause }).pipe(
    Effect.catch((cause) => {
      if (cause instanceof InputError) return Effect.fail(cause)
      if (cause instanceof StepFailure) return Effect.fail(new InputError({ message: cause.message, problems: [] }))
      return Effect.die(cause)
    }),
  )

import * as Effect from "effect/Effect"
import process from "node:process"
import type { DoubletrackService } from "../DoubletrackService.ts"
import { InputError, refuse } from "../InputError.ts"
import type { Run } from "../Run.ts"
import type { Refusal } from "../refused.ts"
import { loadSettings } from "../services/settings/loadSettings.ts"
import { StoreError } from "../services/store/StoreError.ts"
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
 * A Doubletrack with the settings of this command line, closed with the scope. Most commands do not stay: what is wanted
 * in the background is queued for a process that does. One that stays does it itself, and goes on with what was
 * interrupted. Its modules are loaded here, not at start-up.
 */
export const openTrack = Effect.fnUntraced(function* (
  flags: RootFlags,
  staying: { readonly onResume: (run: Run) => void } | null = null,
) {
  const { settings: given } = yield* settingsOf(flags)
  const settings: Settings =
    staying === null ? { ...given, background: { ...given.background, optimize: false } } : given
  const track = yield* Effect.acquireRelease(
    refusable(async (): Promise<DoubletrackService> => {
      const { Doubletrack } = await import("../Doubletrack.ts")
      return Doubletrack.start({ settings, ...(staying ?? { resumeInterrupted: false }) })
    }),
    (track) => Effect.promise(() => track.close()),
  )
  return { track, settings }
})

/** A promise that may reject because of what the user asked for. */
export const refusable = <A>(evaluate: () => Promise<A>): Effect.Effect<A, Refusal> =>
  Effect.tryPromise({ try: evaluate, catch: (cause) => cause }).pipe(Effect.catch(refusalOf))

/**
 * What the user asked for is wrong, as `InputError` or the `StepFailure` of a prompt that cannot be built says, or the
 * store cannot be used. Anything else is a defect.
 */
export const refusalOf = (cause: unknown): Effect.Effect<never, Refusal> => {
  if (cause instanceof InputError || cause instanceof StoreError) return Effect.fail(cause)
  return cause instanceof StepFailure ? refuse(cause.message) : Effect.die(cause)
}

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ModelAnswer, ModelError, ModelRequest, Models } from "./Models.ts"

/** Stands between a model and whoever asks it: may count a call, refuse it, or answer in its place. */
export type Meter = (
  request: ModelRequest,
  call: Effect.Effect<ModelAnswer, ModelError>,
) => Effect.Effect<ModelAnswer, ModelError>

const unmetered: Meter = (_request, call) => call

/** The meter of everything that is run with it, whatever way the call takes; by default calls just go through. */
export const CallMeter = Context.Reference<Meter>("doubletrack/services/models/CallMeter", {
  defaultValue: () => unmetered,
})

/** Models whose calls go through the caller's meter, once however often they are wrapped. */
export const withMeter = (models: Models["Service"]): Models["Service"] => ({
  ...models,
  generate: (request) =>
    Effect.flatMap(CallMeter, (meter) =>
      meter(request, Effect.provideService(models.generate(request), CallMeter, unmetered)),
    ),
})

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { DoubletrackOptions } from "./DoubletrackOptions.ts"
import type { DoubletrackService } from "./DoubletrackService.ts"
import { InputError } from "./InputError.ts"
import { startRuntime } from "./runtime.ts"

/** The runtime for pipelines on two tracks. */
export class Doubletrack extends Context.Service<Doubletrack, DoubletrackService>()("doubletrack/Doubletrack") {
  /** Starts one. Rejects with InputError when the settings are wrong. */
  static readonly start = (options: DoubletrackOptions = {}): Promise<DoubletrackService> => startRuntime(options)

  /** The same as a layer, closed with its scope. */
  static readonly layer = (options: DoubletrackOptions = {}): Layer.Layer<Doubletrack, InputError> =>
    Layer.effect(
      Doubletrack,
      Effect.acquireRelease(Effect.tryPromise({ try: () => startRuntime(options), catch: asInputError }), (track) =>
        Effect.promise(() => track.close()),
      ),
    )
}

const asInputError = (error: unknown): InputError => {
  if (error instanceof InputError) return error
  throw error
}

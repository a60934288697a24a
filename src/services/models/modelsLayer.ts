import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { FactRecorder } from "../FactRecorder.ts"
import { withMeter } from "./CallMeter.ts"
import { generate } from "./generate.ts"
import { Models } from "./Models.ts"
import type { ModelsOptions } from "./ModelSources.ts"
import { resolveModel } from "./resolveModel.ts"

/** The models that settings, keys and model objects give, and the offline one. */
export const modelsLayer = (options: ModelsOptions): Layer.Layer<Models, never, FactRecorder> =>
  Layer.effect(
    Models,
    Effect.map(FactRecorder, (facts) =>
      withMeter({
        resolve: (choice) => Effect.map(Effect.fromResult(resolveModel(choice, options)), ({ model }) => model),
        generate: (request) => Effect.provideService(generate(request, options), FactRecorder, facts),
      }),
    ),
  )

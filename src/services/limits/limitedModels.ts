import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ModelLimits } from "../../ModelLimits.ts"
import type { Fleet } from "../cache/Fleet.ts"
import { Models } from "../models/Models.ts"
import { CallLimits } from "./CallLimits.ts"
import { heldBack } from "./heldBack.ts"
import { openLimits } from "./openLimits.ts"

type Limited<E, R> = Layer.Layer<Models, E, R | Fleet>

/** Models that let every attempt of a call pass its limits themselves, as `modelsLayer` does. */
export const limitedAttempts = <E, R>(models: Layer.Layer<Models, E, R>, limits: ModelLimits): Limited<E, R> =>
  limited(
    models,
    limits,
    ({ generate }, held) =>
      (request) =>
        Effect.provideService(generate(request), CallLimits, held),
  )

/** Models that know nothing of limits: a call passes them once, however often it is attempted. */
export const limitedCalls = <E, R>(models: Layer.Layer<Models, E, R>, limits: ModelLimits): Limited<E, R> =>
  limited(models, limits, ({ generate }, held) => (request) => {
    const limit = held.of(request.model)
    return limit === null ? generate(request) : heldBack(limit, () => generate(request))
  })

const limited = <E, R>(
  models: Layer.Layer<Models, E, R>,
  limits: ModelLimits,
  generateWith: (given: Models["Service"], held: CallLimits) => Models["Service"]["generate"],
): Limited<E, R> =>
  Object.keys(limits).length === 0
    ? models
    : Layer.effect(
        Models,
        Effect.gen(function* () {
          const given = yield* Models
          const opened = yield* openLimits(limits)
          const generate = generateWith(given, opened)
          return { ...given, generate: (request) => Effect.andThen(opened.asked(request.model), generate(request)) }
        }),
      ).pipe(Layer.provide(models))

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { withMeter } from "../models/CallMeter.ts"
import { Models } from "../models/Models.ts"
import { Budgets } from "./Budgets.ts"

/** Models whose calls are held to the budgets of their runs, whoever makes them. */
export const withBudgets = (models: Models["Service"], budgets: Budgets["Service"]): Models["Service"] => ({
  ...models,
  generate: (request) => budgets.guard(request, models.generate(request)),
})

/** The same for a layer of models, whose calls go through the caller's meter as well. */
export const budgetedModels = <E, R>(models: Layer.Layer<Models, E, R>): Layer.Layer<Models, E, R | Budgets> =>
  Layer.effect(
    Models,
    Effect.gen(function* () {
      return withMeter(withBudgets(yield* Models, yield* Budgets))
    }),
  ).pipe(Layer.provide(models))

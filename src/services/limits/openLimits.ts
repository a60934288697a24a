import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { type ModelLimit, type ModelLimits, limitOf } from "../../ModelLimits.ts"
import { stopwatch } from "../../stopwatch.ts"
import { Fleet } from "../cache/Fleet.ts"
import type { CallLimit, CallLimits } from "./CallLimits.ts"
import { compareLimits } from "./compareLimits.ts"
import { fleetEntrance } from "./fleetEntrance.ts"
import { localRate } from "./localRate.ts"
import { rateOf } from "./rate.ts"

export interface OpenLimits extends CallLimits {
  /** To be done when a model is asked, whether it is limited or not: compares its limits with those of other nodes. */
  readonly asked: (model: string) => Effect.Effect<void>
}

/** The limits of the settings, in the fleet and in this process, each model's by itself. */
export const openLimits = (limits: ModelLimits): Effect.Effect<OpenLimits, never, Fleet | Scope.Scope> =>
  Effect.gen(function* () {
    const fleet = yield* Fleet
    const background = yield* Effect.scope
    const registers = fleet.registers("CALL_RATES")
    const entrance = fleetEntrance(fleet, registers, background)
    const compare = registers === null ? null : compareLimits(fleet, registers, background)
    const open = (model: string): CallLimit | null => {
      const limit = limitOf(limits, model)
      return limit === null ? null : openLimit(model, limit, entrance?.(model, limit) ?? Effect.void)
    }
    const opened = new Map<string, CallLimit | null>()
    return {
      of: (model) => {
        const known = opened.get(model)
        if (known !== undefined) return known
        const limit = open(model)
        opened.set(model, limit)
        return limit
      },
      asked: (model) => compare?.(model, limitOf(limits, model) ?? {}) ?? Effect.void,
    }
  })

/** From when on it is worth a word that a call waited for nothing. */
const longWaitMs = 1000

/** One at a time asks for a place in the fleet; what this process begins is held to the limit in any case. */
const openLimit = (
  model: string,
  { concurrent, perMinute }: ModelLimit,
  entrance: Effect.Effect<void, never, Scope.Scope>,
): CallLimit => {
  const slots = concurrent === undefined ? null : Semaphore.makeUnsafe(concurrent)
  const turn = Semaphore.makeUnsafe(1)
  const rate = perMinute === undefined ? Effect.void : localRate(rateOf(perMinute))
  const enter = Effect.andThen(slots?.takeScoped(1) ?? Effect.void, turn.withPermit(Effect.andThen(entrance, rate)))
  let said = false
  const gaveUp = (waitedMs: number) =>
    Effect.suspend(() => {
      if (said || waitedMs < longWaitMs) return Effect.void
      said = true
      return Effect.logWarning(
        `${model}: a call was given up that had waited ${Math.round(waitedMs / 1000)} s for its turn. ` +
          "Raise the model's entry under `limits`, or the deadline of the step.",
      )
    })

  return {
    pass: (work) =>
      Effect.scopedWith((scope) =>
        Effect.flatMap(stopwatch, (tookMs) =>
          Effect.andThen(
            Effect.onInterrupt(Effect.provideService(enter, Scope.Scope, scope), () => Effect.flatMap(tookMs, gaveUp)),
            Effect.flatMap(tookMs, work),
          ),
        ),
      ),
  }
}

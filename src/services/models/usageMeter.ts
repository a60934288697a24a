import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { addUsage, noUsage, type Usage } from "../../Usage.ts"
import { onCallExit } from "../limits/heldBack.ts"
import { CallMeter, type Meter } from "./CallMeter.ts"
import type { ModelAnswer, ModelError } from "./Models.ts"

/** Counts what the model calls of work use up; of one that was given up on, nobody knows the price. */
export interface UsageMeter {
  /** The same work, its calls counted, those that failed included; whatever metered them before still does. */
  readonly counted: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** What they came to so far. */
  readonly usage: () => Usage
}

export const usageMeter = (): UsageMeter => {
  let usage = noUsage
  const counting =
    (outer: Meter): Meter =>
    (request, call) =>
      outer(
        request,
        onCallExit(call, (exit, isHeldBack) =>
          Effect.sync(() => {
            if (!isHeldBack) usage = addUsage(usage, usageOf(exit))
          }),
        ),
      )
  return {
    counted: (work) => Effect.flatMap(CallMeter, (outer) => Effect.provideService(work, CallMeter, counting(outer))),
    usage: () => usage,
  }
}

const usageOf = (exit: Exit.Exit<ModelAnswer, ModelError>): Usage =>
  Exit.isSuccess(exit)
    ? exit.value.usage
    : Option.match(Exit.findErrorOption(exit), {
        onNone: () => ({ ...noUsage, costUsd: null }),
        onSome: (error) => error.usage ?? noUsage,
      })

import * as Effect from "effect/Effect"
import { addUsage, noUsage, type Usage } from "../../Usage.ts"
import { CallMeter, type Meter } from "./CallMeter.ts"

/** Counts what the model calls of work use up. */
export interface UsageMeter {
  /** The same work, its calls counted, those that failed included; whatever metered them before still does. */
  readonly counted: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** What they came to so far. */
  readonly usage: () => Usage
}

export const usageMeter = (): UsageMeter => {
  let usage = noUsage
  const count = (spent: Usage) =>
    Effect.sync(() => {
      usage = addUsage(usage, spent)
    })
  const counting =
    (outer: Meter): Meter =>
    (request, call) =>
      outer(
        request,
        call.pipe(
          Effect.tap((answer) => count(answer.usage)),
          Effect.tapError((error) => count(error.usage ?? noUsage)),
        ),
      )
  return {
    counted: (work) => Effect.flatMap(CallMeter, (outer) => Effect.provideService(work, CallMeter, counting(outer))),
    usage: () => usage,
  }
}

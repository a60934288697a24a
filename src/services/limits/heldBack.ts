import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { CallLimit } from "./CallLimits.ts"

/** Told that limits hold a request of a call back, and then that they let it pass. */
export type Told = (isHeldBack: boolean) => Effect.Effect<void>

const HeldBack = Context.Reference<Told>("doubletrack/services/limits/heldBack", {
  defaultValue: () => () => Effect.void,
})

/** A request, as its limit lets it pass; whoever watches the call is told. */
export const heldBack = <A, E, R>(
  limit: CallLimit,
  request: (waitedMs: number) => Effect.Effect<A, E, R>,
): Effect.Effect<A, E, R> =>
  Effect.flatMap(HeldBack, (tell) =>
    Effect.andThen(
      tell(true),
      limit.pass((waitedMs) => Effect.andThen(tell(false), request(waitedMs))),
    ),
  )

/** A call, the requests of which are told of; one that is given up while it is held back is not told of again. */
export const watched = <A, E, R>(call: Effect.Effect<A, E, R>, told: Told): Effect.Effect<A, E, R> =>
  Effect.flatMap(HeldBack, (outer) =>
    Effect.provideService(call, HeldBack, (isHeldBack) => Effect.andThen(told(isHeldBack), outer(isHeldBack))),
  )

/** Does something with a call's end, and with whether limits held all of it back until then: what was given up so cost nothing. */
export const onCallExit = <A, E, R>(
  call: Effect.Effect<A, E, R>,
  ended: (exit: Exit.Exit<A, E>, isHeldBack: boolean) => Effect.Effect<void>,
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    let [wasHeldBack, wasSent] = [false, false]
    const told: Told = (isHeldBack) =>
      Effect.sync(() => {
        wasHeldBack = true
        wasSent ||= !isHeldBack
      })
    return Effect.onExit(watched(call, told), (exit) => ended(exit, wasHeldBack && !wasSent))
  })

import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { CallLimit } from "./CallLimits.ts"

const HeldBack = Context.Reference<(isHeldBack: boolean) => void>("doubletrack/services/limits/heldBack", {
  defaultValue: () => () => {},
})

/** The first request of a call, as its limit lets it pass; whoever watches the call knows until then that nothing was sent. */
export const heldBack = <A, E, R>(
  limit: CallLimit,
  request: (waitedMs: number) => Effect.Effect<A, E, R>,
): Effect.Effect<A, E, R> =>
  Effect.flatMap(HeldBack, (tell) => {
    tell(true)
    return limit.pass((waitedMs) => {
      tell(false)
      return request(waitedMs)
    })
  })

/** Does something with a call's end, and with whether limits held it back until then: what was given up so cost nothing. */
export const onCallExit = <A, E, R>(
  call: Effect.Effect<A, E, R>,
  ended: (exit: Exit.Exit<A, E>, isHeldBack: boolean) => Effect.Effect<void>,
): Effect.Effect<A, E, R> =>
  Effect.flatMap(HeldBack, (outer) => {
    let isHeldBack = false
    const tell = (now: boolean) => {
      isHeldBack = now
      outer(now)
    }
    return Effect.onExit(Effect.provideService(call, HeldBack, tell), (exit) => ended(exit, isHeldBack))
  })

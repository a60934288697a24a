import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { CallMeter, type Meter } from "../models/CallMeter.ts"
import { watched } from "./heldBack.ts"

/** Measures how long work waited for the limits of models. */
export interface WaitMeter {
  /** The same work, its calls watched; whatever metered them before still does. */
  readonly counted: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** How long that was until now, in whole ms. */
  readonly waitedMs: Effect.Effect<number>
}

/**
 * Work waits for limits as long as all calls that it has open are held back by them. While one of several is with its
 * model, or pauses before it is repeated, the work goes on, however many others are held back. Without limits, work that
 * consists of calls would have been shorter by this at least; by just this, where it makes one call at a time.
 */
export const waitMeter = (): WaitMeter => {
  let [open, held, waitedNanos, sinceNanos] = [0, 0, 0n, 0n]
  const pass = (change: () => void) =>
    Effect.map(Clock.monotonicTimeNanos, (nowNanos) => {
      if (held > 0 && held === open) waitedNanos += nowNanos - sinceNanos
      sinceNanos = nowNanos
      change()
    })

  const counting =
    (outer: Meter): Meter =>
    (request, call) =>
      Effect.suspend(() => {
        let isHeld = false
        const set = (now: boolean) => {
          held += Number(now) - Number(isHeld)
          isHeld = now
        }
        return outer(
          request,
          Effect.acquireUseRelease(
            pass(() => (open += 1)),
            () => watched(call, (isHeldBack) => pass(() => set(isHeldBack))),
            () =>
              pass(() => {
                set(false)
                open -= 1
              }),
          ),
        )
      })
  return {
    counted: (work) => Effect.flatMap(CallMeter, (outer) => Effect.provideService(work, CallMeter, counting(outer))),
    waitedMs: Effect.map(
      pass(() => {}),
      () => Number(waitedNanos / 1_000_000n),
    ),
  }
}

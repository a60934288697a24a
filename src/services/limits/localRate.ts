import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { book, type Rate, withoutBooking } from "./rate.ts"

/** Waits until one more may begin in this process. */
export const localRate = (rate: Rate): Effect.Effect<void> => {
  let arrivalMs: number | null = null
  return Effect.gen(function* () {
    const nowMs = Number(yield* Clock.monotonicTimeNanos) / 1e6
    const booking = book(arrivalMs, nowMs, rate)
    arrivalMs = booking.arrivalMs
    if (booking.startMs <= nowMs) return
    yield* Effect.onInterrupt(Effect.sleep(Math.ceil(booking.startMs - nowMs)), () =>
      Effect.sync(() => {
        arrivalMs = withoutBooking(arrivalMs, booking, rate)
      }),
    )
  })
}

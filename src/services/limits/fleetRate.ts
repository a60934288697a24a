import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { CacheError } from "../cache/CacheTier.ts"
import type { Registers } from "../cache/Fleet.ts"
import type { Asking } from "./patientAsking.ts"
import { type Booking, book, type Rate, withoutBooking } from "./rate.ts"

/** How long before its start something is booked at most. */
const aheadMs = 10_000

/** By how much the clocks of two nodes may differ. */
const skewMs = 10_000

/**
 * Waits until one more may begin in the whole fleet, which knows one number: the arrival time of the last booking, by
 * the clocks of the nodes. One that no node with a right clock can have written is not believed.
 */
export const fleetRate = (
  { registers, ask }: { readonly registers: Registers; readonly ask: Asking },
  key: string,
  rate: Rate,
): Effect.Effect<void, CacheError> => {
  const change = (next: (heldMs: number | null) => number | null) =>
    registers.update(key, (held) => {
      const arrivalMs = next(numberOf(held))
      return arrivalMs === null ? null : String(arrivalMs)
    })
  const giveBack = (booking: Booking) =>
    Effect.ignore(change((heldMs) => (heldMs === null ? null : withoutBooking(heldMs, booking, rate))))

  const booked = ask(
    Effect.gen(function* () {
      const nowMs = yield* Clock.currentTimeMillis
      let asked = fleetBooking(null, nowMs, rate)
      yield* change((heldMs) => {
        asked = fleetBooking(heldMs, nowMs, rate)
        return asked._tag === "Booked" ? asked.booking.arrivalMs : null
      })
      return { ...asked, nowMs }
    }),
  )

  return Effect.gen(function* () {
    while (true) {
      const asked = yield* booked
      if (asked._tag === "TooEarly") {
        yield* Effect.sleep(asked.waitMs)
        continue
      }
      const { booking, nowMs } = asked
      if (booking.startMs <= nowMs) return
      return yield* Effect.onInterrupt(Effect.sleep(Math.ceil(booking.startMs - nowMs)), () =>
        Effect.forkDetach(giveBack(booking)),
      )
    }
  })
}

type FleetBooking =
  | { readonly _tag: "Booked"; readonly booking: Booking }
  | { readonly _tag: "TooEarly"; readonly waitMs: number }

/** A booking for a start that is not far away; `heldMs` as found. */
export const fleetBooking = (heldMs: number | null, nowMs: number, rate: Rate): FleetBooking => {
  const latestMs = nowMs + aheadMs + rate.burst * rate.intervalMs + skewMs
  const booking = book(heldMs !== null && heldMs > latestMs ? null : heldMs, nowMs, rate)
  const waitMs = Math.ceil(booking.startMs - nowMs - aheadMs)
  return waitMs > 0 ? { _tag: "TooEarly", waitMs } : { _tag: "Booked", booking }
}

const numberOf = (text: string | null): number | null => {
  const number = text === null ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : null
}

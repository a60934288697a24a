import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { fleetBooking } from "../../../src/services/limits/fleetRate.ts"
import { type Booking, book, rateOf, withoutBooking } from "../../../src/services/limits/rate.ts"

const perMinute = fc.oneof(fc.constantFrom(0.5, 1, 7, 60, 600), fc.double({ min: 0.1, max: 10_000, noNaN: true }))

/** When calls ask, one after the other: many at once, and long silences. */
const askedMs = fc
  .array(fc.oneof(fc.constant(0), fc.nat(50), fc.nat(5000), fc.nat(400_000)), { minLength: 1, maxLength: 60 })
  .map((gaps) => gaps.reduce<ReadonlyArray<number>>((times, gap) => [...times, (times.at(-1) ?? 1e12) + gap], []))

/** The most that began in any window, less what the rate and the burst allow for it. */
const excess = (startsMs: ReadonlyArray<number>, { intervalMs, burst }: ReturnType<typeof rateOf>): number => {
  const sorted = startsMs.toSorted((a, b) => a - b)
  return Math.max(
    ...sorted.flatMap((from, first) =>
      sorted.slice(first).map((to, more) => more + 1 - ((to - from) / intervalMs + burst)),
    ),
  )
}

/** What the numbers of a clock cannot tell apart, in calls. */
const rounding = 1e-2

describe("a rate", () => {
  test("lets no window have more than its length allows and the burst, whenever calls come and whichever give up", () => {
    fc.assert(
      fc.property(perMinute, askedMs, fc.array(fc.boolean()), (calls, times, givesUp) => {
        const rate = rateOf(calls)
        let arrivalMs: number | null = null
        const begun = times.flatMap((nowMs, index) => {
          const booking: Booking = book(arrivalMs, nowMs, rate)
          arrivalMs = booking.arrivalMs
          if (booking.startMs <= nowMs || givesUp[index] !== true) return [booking.startMs]
          arrivalMs = withoutBooking(arrivalMs, booking, rate)
          return []
        })

        expect(begun.length === 0 ? 0 : excess(begun, rate)).toBeLessThanOrEqual(rounding)
      }),
    )
  })

  test("never waits longer than it has to: all that come at once are through as soon as the rate allows", () => {
    fc.assert(
      fc.property(perMinute, fc.integer({ min: 1, max: 100 }), (calls, count) => {
        const rate = rateOf(calls)
        let last: Booking = { startMs: 0, arrivalMs: 0 }
        for (let number = 0; number < count; number += 1) last = book(number === 0 ? null : last.arrivalMs, 0, rate)

        expect(last.startMs).toBeCloseTo(Math.max(0, (count - rate.burst) * rate.intervalMs), 3)
      }),
    )
  })

  test.each([
    { calls: 5, intervalMs: 12_000, burst: 1 },
    { calls: 60, intervalMs: 1000, burst: 6 },
    { calls: 0.5, intervalMs: 120_000, burst: 1 },
  ])("of $calls in a minute is one each $intervalMs ms, $burst at once", ({ calls, ...rate }) => {
    expect(rateOf(calls)).toEqual(rate)
  })

  test("takes back a booking that nobody has booked behind", () => {
    const rate = rateOf(60)
    const first = book(null, 0, rate)
    const second = book(first.arrivalMs, 0, rate)

    expect(withoutBooking(second.arrivalMs, second, rate)).toBe(first.arrivalMs)
    expect(withoutBooking(second.arrivalMs, first, rate)).toBe(second.arrivalMs)
  })
})

describe("the rate of a fleet", () => {
  test("is kept by the clock of whoever books, however nodes take turns whose clocks differ by 10 s at most", () => {
    const asked = fc.array(fc.record({ gapMs: fc.nat(3000), node: fc.nat(2) }), { minLength: 1, maxLength: 50 })
    const skews = fc.tuple(...[0, 1, 2].map(() => fc.nat(10_000)))
    fc.assert(
      fc.property(perMinute, asked, skews, (calls, asks, skewsMs) => {
        const rate = rateOf(calls)
        let [nowMs, arrivalMs]: [number, number | null] = [1e12, null]
        const begun: Array<number> = []
        for (const { gapMs, node } of asks) {
          nowMs += gapMs
          const skewMs = skewsMs[node] ?? 0
          const asked = fleetBooking(arrivalMs, nowMs + skewMs, rate)
          if (asked._tag === "TooEarly") continue
          arrivalMs = asked.booking.arrivalMs
          begun.push(asked.booking.startMs)
        }

        expect(excess(begun, rate)).toBeLessThanOrEqual(rounding)
      }),
    )
  })

  test("is not booked further ahead than 10 s, and says when to ask again", () => {
    const rate = rateOf(1)
    const first = fleetBooking(null, 0, rate)
    const arrivalMs = first._tag === "Booked" ? first.booking.arrivalMs : null

    expect(fleetBooking(arrivalMs, 0, rate)).toEqual({ _tag: "TooEarly", waitMs: 50_000 })
    expect(fleetBooking(arrivalMs, 50_000, rate)).toEqual({
      _tag: "Booked",
      booking: { startMs: 60_000, arrivalMs: 120_000 },
    })
  })

  test("begins anew where a clock that is days ahead has booked", () => {
    const booked = fleetBooking(8 * 86_400_000, 1000, rateOf(60))

    expect(booked).toEqual({ _tag: "Booked", booking: { startMs: 1000, arrivalMs: 2000 } })
  })
})

/** So many at once after a silence, then one for each interval. */
export interface Rate {
  readonly intervalMs: number
  readonly burst: number
}

/** When something may begin, and what has to be known of it for the next. */
export interface Booking {
  readonly startMs: number
  /** The theoretical arrival time: when the next one is due that comes neither early nor late. */
  readonly arrivalMs: number
}

/** A tenth of what a minute allows may begin at once, and one in any case. */
export const rateOf = (perMinute: number): Rate => ({
  intervalMs: 60_000 / perMinute,
  burst: Math.max(1, Math.floor(perMinute / 10)),
})

/**
 * The generic cell rate algorithm (ITU-T I.371), which reserves: in no window begin more than its length divided by the
 * interval, and the burst. `arrivalMs` is that of the booking before; null: there was none.
 */
export const book = (arrivalMs: number | null, nowMs: number, { intervalMs, burst }: Rate): Booking => {
  const due = Math.max(arrivalMs ?? nowMs, nowMs)
  return { startMs: Math.max(nowMs, due - (burst - 1) * intervalMs), arrivalMs: due + intervalMs }
}

/** What is held when a booking is given back; it is lost where others have booked behind it. */
export const withoutBooking = (arrivalMs: number | null, booking: Booking, { intervalMs }: Rate): number | null =>
  arrivalMs === booking.arrivalMs ? arrivalMs - intervalMs : arrivalMs

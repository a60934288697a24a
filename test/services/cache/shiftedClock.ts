import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** The real clock, which a test can put forward. */
export const shiftedClock = () => {
  let aheadMs = 0
  const real = Effect.runSync(Clock.clockWith(Effect.succeed))
  const clock: Clock.Clock = {
    ...real,
    sleep: (duration) => real.sleep(duration),
    currentTimeMillisUnsafe: () => real.currentTimeMillisUnsafe() + aheadMs,
    currentTimeMillis: Effect.sync(() => real.currentTimeMillisUnsafe() + aheadMs),
    currentTimeNanosUnsafe: () => real.currentTimeNanosUnsafe(),
    monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
  }
  return { clock, nowMs: () => clock.currentTimeMillisUnsafe(), advance: (ms: number) => void (aheadMs += ms) }
}

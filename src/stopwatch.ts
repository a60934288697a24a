import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Starts one. It says how many whole milliseconds have passed since, also where the machine's clock is corrected meanwhile. */
export const stopwatch: Effect.Effect<Effect.Effect<number>> = Effect.map(Clock.monotonicTimeNanos, (startedAt) =>
  Effect.map(Clock.monotonicTimeNanos, (now) => Number((now - startedAt) / 1_000_000n)),
)

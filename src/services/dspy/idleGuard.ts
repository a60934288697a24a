import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Knows whether anything still happens. */
export interface IdleGuard {
  /** Something happened. */
  readonly seen: Effect.Effect<void>
  /** As long as this runs, nothing is idle. */
  readonly busy: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Ends once nothing has happened for too long. */
  readonly idle: Effect.Effect<void>
}

export const idleGuard = Effect.fnUntraced(function* (idleMs: number): Effect.fn.Return<IdleGuard> {
  let under = 0
  let lastMs = yield* Clock.currentTimeMillis
  const seen = Effect.map(Clock.currentTimeMillis, (now) => {
    lastMs = now
  })
  const idle = Effect.gen(function* () {
    for (;;) {
      const leftMs = under > 0 ? idleMs : lastMs + idleMs - (yield* Clock.currentTimeMillis)
      if (leftMs <= 0) return
      yield* Effect.sleep(leftMs)
    }
  })
  return {
    seen,
    busy: (work) =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          under += 1
        }),
        () => work,
        () => {
          under -= 1
          return seen
        },
      ),
    idle,
  }
})

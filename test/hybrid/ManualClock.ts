import { setImmediate } from "node:timers/promises"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

interface Sleeper {
  readonly atMs: number
  readonly wake: () => void
}

/** A clock that stands still until it is told to go on; `Layer.succeed(Clock.Clock, clock)` makes a runtime keep its time. */
export class ManualClock implements Clock.Clock {
  #nowMs: number
  #setBackMs = 0
  #sleepers: ReadonlyArray<Sleeper> = []

  constructor(startsAt: string) {
    this.#nowMs = Date.parse(startsAt)
  }

  currentTimeMillisUnsafe = (): number => this.#nowMs
  currentTimeNanosUnsafe = (): bigint => BigInt(this.#nowMs) * 1_000_000n
  monotonicTimeNanosUnsafe = (): bigint => BigInt(this.#nowMs + this.#setBackMs) * 1_000_000n
  currentTimeMillis = Effect.sync(this.currentTimeMillisUnsafe)
  currentTimeNanos = Effect.sync(this.currentTimeNanosUnsafe)
  monotonicTimeNanos = Effect.sync(this.monotonicTimeNanosUnsafe)

  sleep = (duration: Duration.Duration): Effect.Effect<void> =>
    Effect.callback((resume) => {
      const wake = () => resume(Effect.void)
      this.#sleepers = [...this.#sleepers, { atMs: this.#nowMs + Duration.toMillis(duration), wake }]
      return Effect.sync(() => this.#remove(wake))
    })

  /** Lets so much time pass, and all that is due in it happen in its order. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await idle()
    for (let next = this.#next(); next !== undefined && next.atMs <= untilMs; next = this.#next()) {
      await this.#wake(next)
    }
    this.#nowMs = untilMs
    await idle()
  }

  /** As when a machine's clock is corrected. */
  setBack(ms: number): void {
    this.#nowMs -= ms
    this.#setBackMs += ms
    this.#sleepers = this.#sleepers.map((sleeper) => ({ ...sleeper, atMs: sleeper.atMs - ms }))
  }

  /** Waits for something, and lets time pass whenever everything else waits for it. */
  async until<A>(promise: Promise<A>): Promise<A> {
    let settled = false
    const settle = () => {
      settled = true
    }
    promise.then(settle, settle)
    for (let woken = 0; woken < mostWoken; woken += 1) {
      await idle()
      if (settled) return promise
      const next = this.#next()
      if (next !== undefined) await this.#wake(next)
    }
    throw new Error("nothing that waits for the clock brings this to an end")
  }

  #next(): Sleeper | undefined {
    return this.#sleepers.toSorted((a, b) => a.atMs - b.atMs)[0]
  }

  async #wake(sleeper: Sleeper): Promise<void> {
    this.#nowMs = Math.max(this.#nowMs, sleeper.atMs)
    this.#remove(sleeper.wake)
    sleeper.wake()
    await idle()
  }

  #remove(wake: Sleeper["wake"]): void {
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.wake !== wake)
  }
}

const mostWoken = 10_000

/** Nothing that is done here waits for files or sockets, so that a few turns bring it to where it waits for the clock. */
const idle = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn += 1) await setImmediate()
}

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
  #sleepers: ReadonlyArray<Sleeper> = []

  constructor(startsAt: string) {
    this.#nowMs = Date.parse(startsAt)
  }

  currentTimeMillisUnsafe = (): number => this.#nowMs
  currentTimeNanosUnsafe = (): bigint => BigInt(this.#nowMs) * 1_000_000n
  monotonicTimeNanosUnsafe = this.currentTimeNanosUnsafe
  currentTimeMillis = Effect.sync(this.currentTimeMillisUnsafe)
  currentTimeNanos = Effect.sync(this.currentTimeNanosUnsafe)
  monotonicTimeNanos = this.currentTimeNanos

  sleep = (duration: Duration.Duration): Effect.Effect<void> =>
    Effect.callback((resume) => {
      const sleeper = { atMs: this.#nowMs + Duration.toMillis(duration), wake: () => resume(Effect.void) }
      this.#sleepers = [...this.#sleepers, sleeper]
      return Effect.sync(() => this.#remove(sleeper))
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
    this.#remove(sleeper)
    sleeper.wake()
    await idle()
  }

  #remove(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((each) => each !== sleeper)
  }
}

const mostWoken = 10_000

/** Nothing that is done here waits for files or sockets, so that a few turns bring it to where it waits for the clock. */
const idle = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn += 1) await setImmediate()
}

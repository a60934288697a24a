import { setImmediate } from "node:timers/promises"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import { append, countDropped, type OutboxBounds, type OutboxMessage } from "./outboxLane.ts"
import { keepTaken } from "./outboxRuns.ts"

/** As many events wait in memory while the store cannot be written. */
const mostInMemory = 10_000

export interface OutboxBufferOptions {
  readonly store: Store["Service"]
  readonly lane: string
  readonly bounds: OutboxBounds
}

/** Writes what is taken to a lane, all of one turn of the event loop in one commit. What cannot be written waits in memory. */
export class OutboxBuffer {
  /** Open while something may be there to send. */
  readonly hasNews = Latch.makeUnsafe()
  readonly #hasPending = Latch.makeUnsafe()
  readonly #options: OutboxBufferOptions
  #pending: Array<OutboxMessage> = []
  #unwritten: Array<OutboxMessage> = []
  #isWriting = false
  #number = 0
  #saidUnwritten = false
  #saidDropped = false

  constructor(options: OutboxBufferOptions) {
    this.#options = options
  }

  take(messages: ReadonlyArray<OutboxMessage>): void {
    this.#pending.push(...messages)
    Latch.openUnsafe(this.#hasPending)
  }

  /** What could not be written, the oldest first; it is to be sent from here, after the lane. */
  get unwritten(): ReadonlyArray<OutboxMessage> {
    return this.#unwritten
  }

  /** By their positions. */
  forgetUnwritten(positions: ReadonlySet<number>): void {
    this.#unwritten = this.#unwritten.filter((_, position) => !positions.has(position))
  }

  /** Whether all that was taken is in the lane. */
  get isEmpty(): boolean {
    return this.size === 0 && !this.#isWriting
  }

  get size(): number {
    return this.#pending.length + this.#unwritten.length
  }

  /** From now on, a drop is worth another warning. */
  drained(): void {
    this.#saidDropped = false
  }

  readonly write: Effect.Effect<void> = Effect.suspend(() => {
    const messages = this.#pending
    this.#pending = []
    if (messages.length === 0) return Effect.void
    // What is in memory is older, and must not be overtaken.
    if (this.#unwritten.length > 0) return this.#keepInMemory(messages)
    this.#isWriting = true
    return this.#append(messages)
  }).pipe(
    Effect.ensuring(
      Effect.sync(() => {
        this.#isWriting = false
        Latch.openUnsafe(this.hasNews)
      }),
    ),
    Effect.uninterruptible,
  )

  readonly writing: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    yield* Latch.await(this.#hasPending)
    yield* Effect.promise(() => setImmediate())
    Latch.closeUnsafe(this.#hasPending)
    yield* this.write
  }).pipe(Effect.forever)

  #append(messages: ReadonlyArray<OutboxMessage>): Effect.Effect<void> {
    const { store, lane, bounds } = this.#options
    return store
      .write((entries) => {
        keepTaken(entries, messages)
        return append(entries, { name: lane, number: this.#number }, messages, bounds)
      })
      .pipe(
        Effect.flatMap(({ next, dropped }) => {
          this.#number = next
          return dropped > 0 ? this.#sayDropped : Effect.void
        }),
        Effect.catch((error) => Effect.andThen(this.#sayUnwritten(error), this.#keepInMemory(messages))),
      )
  }

  #keepInMemory(messages: ReadonlyArray<OutboxMessage>): Effect.Effect<void> {
    return Effect.suspend(() => {
      const { store, bounds } = this.#options
      this.#unwritten.push(...messages)
      const over = Math.max(0, this.#unwritten.length - Math.min(mostInMemory, bounds.maxEvents))
      this.#unwritten = this.#unwritten.slice(over)
      if (over === 0) return Effect.void
      return Effect.andThen(Effect.ignore(store.write((entries) => countDropped(entries, over))), this.#sayDropped)
    })
  }

  readonly #sayDropped = Effect.suspend(() => {
    if (this.#saidDropped) return Effect.void
    this.#saidDropped = true
    return Effect.logWarning(
      "More events wait for NATS than nats.outbox allows: the oldest are dropped. `doubletrack doctor` says how many.",
    )
  })

  #sayUnwritten({ message }: StoreError): Effect.Effect<void> {
    if (this.#saidUnwritten) return Effect.void
    this.#saidUnwritten = true
    return Effect.logWarning(`${message} Until then, events for NATS wait in memory.`)
  }
}

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import { ensureStream } from "./ensureStreams.ts"
import { eventsSpec } from "./eventsSpec.ts"
import { Nats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { natsErrorOf } from "./natsErrorOf.ts"
import type { OutboxBuffer } from "./outboxBuffer.ts"
import { sentence } from "./sentence.ts"
import type { UnsentChains } from "./unsentChains.ts"
import { head, laneNames, type QueuedMessage, remove } from "./outboxLane.ts"
import { sendInOrder } from "./sendInOrder.ts"

/** As many messages are sent at a time. */
const batchSize = 256

/** How often the lanes of other processes, which may have died, are looked after. */
const sweepEveryMs = 15_000

export interface Sending {
  /** The lane of this process. */
  readonly lane: string
  readonly buffer: OutboxBuffer
  readonly unsent: UnsentChains
  readonly onSent: (count: number) => void
  /** Nothing is left of what this process took. */
  readonly onDrained: () => void
}

/** Sends what the outbox holds, for as long as the process lives; while NATS is away it waits. */
export const sendOutbox = Effect.fnUntraced(function* (sending: Sending): Effect.fn.Return<never, never, Nats | Store> {
  const nats = yield* Nats
  const store = yield* Store
  const { lane, buffer, unsent, onSent, onDrained } = sending
  /** Sent before, without an answer. */
  const tried = new Set<string>()
  let isEnsured = false
  let sweepAtMs = 0
  let pauseMs = 0
  let said = ""

  const send = Effect.fnUntraced(function* (
    queued: ReadonlyArray<QueuedMessage>,
    { isOwn, forget }: { readonly isOwn: boolean; readonly forget: Forget },
  ): Effect.fn.Return<void, NatsError | StoreError> {
    const again = new Set(
      queued.flatMap(({ message: { id, chain } }) => (!isOwn || tried.has(id) || unsent.isOld(chain) ? [id] : [])),
    )
    for (const { message } of queued) tried.add(message.id)
    const { arrived, tooLarge, failure } = yield* nats.use("sending events", (open) =>
      sendInOrder(open, queued, (id) => again.has(id)),
    )
    const numbers = new Set(arrived)
    yield* forget(numbers)
    const gone = queued.flatMap(({ number, message }) => (numbers.has(number) ? [message] : []))
    for (const { id } of gone) tried.delete(id)
    if (isOwn) unsent.arrived(gone)
    onSent(arrived.length - tooLarge.length)
    for (const id of tooLarge) yield* Effect.logWarning(`NATS: event ${id} is larger than the server lets through.`)
    if (failure !== null) return yield* natsErrorOf(failure.cause, "sending events", "NATS")
  })

  const sendLane = Effect.fnUntraced(function* (name: string) {
    while (true) {
      const queued = yield* store.read((entries) => head(entries, name, batchSize))
      if (queued.length === 0) return
      const forget: Forget = (numbers) => store.write((entries) => remove(entries, name, [...numbers]))
      yield* send(queued, { isOwn: name === lane, forget })
    }
  })

  const sendUnwritten = Effect.gen(function* () {
    while (buffer.unwritten.length > 0) {
      const queued = buffer.unwritten.slice(0, batchSize).map((message, number) => ({ number, message }))
      const forget: Forget = (numbers) => Effect.sync(() => buffer.forgetUnwritten(numbers))
      yield* send(queued, { isOwn: true, forget })
    }
  })

  const round = Effect.gen(function* () {
    if (!isEnsured) yield* ensureStream(eventsSpec(nats.settings))
    isEnsured = true
    Latch.closeUnsafe(buffer.hasNews)
    const nowMs = yield* Clock.currentTimeMillis
    if (nowMs >= sweepAtMs) {
      for (const name of yield* store.read(laneNames)) if (name !== lane) yield* sendLane(name)
      sweepAtMs = nowMs + sweepEveryMs
    }
    yield* sendLane(lane)
    yield* sendUnwritten
    pauseMs = 0
    said = ""
    if (buffer.isEmpty) onDrained()
    yield* Effect.timeoutOption(Latch.await(buffer.hasNews), sweepEveryMs)
  })

  const failed = ({ _tag, reason, message }: NatsError | StoreError) =>
    Effect.gen(function* () {
      isEnsured = false
      pauseMs = Math.min(5000, Math.max(100, 2 * pauseMs))
      const isAway = _tag === "NatsError" && reason === "away"
      if (!isAway && said !== message) yield* Effect.logWarning(`Events wait to be sent: ${sentence(message)}`)
      if (!isAway) said = message
      yield* Effect.sleep(pauseMs)
    })

  return yield* nats.connected.pipe(Effect.andThen(round.pipe(Effect.catch(failed))), Effect.forever)
})

type Forget = (numbers: ReadonlySet<number>) => Effect.Effect<void, StoreError>

import type { Consumer, JsMsg } from "@nats-io/jetstream"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { EventSourceError } from "../events/EventSource.ts"
import { type Beginning, startOf } from "./EventReader.ts"
import { ensureStream } from "./ensureStreams.ts"
import { eventsSpec } from "./eventsSpec.ts"
import { eventsStream } from "./eventSubject.ts"
import { Nats, type OpenNats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { sentence } from "./sentence.ts"

export interface DurableReading {
  readonly name: string
  /** Where a subscriber of this name begins that is new. */
  readonly beginning: Beginning
  readonly subject: string
}

/** Reads where a subscriber of the same name stopped, one message at a time: the next one only when this one is acknowledged. */
export interface DurableReader {
  readonly next: Effect.Effect<TakenMessage>
  /** Null where nothing has come for a second. */
  readonly nextOrNull: Effect.Effect<TakenMessage | null>
}

export interface TakenMessage {
  readonly message: JsMsg
  readonly handled: () => void
}

/** How long a subscriber may be silent about a message before it is given to another one of its name. */
const ackWaitMs = 15_000

export const durableReader = (
  reading: DurableReading,
): Effect.Effect<DurableReader, EventSourceError, Nats | Scope.Scope> =>
  Effect.gen(function* () {
    const { name } = reading
    if (!/^[\w-]{1,200}$/.test(name)) {
      return yield* new EventSourceError({ message: `durable "${name}": expected letters, digits, "_" and "-" only` })
    }
    const nats = yield* Nats
    let current: JsMsg | null = null
    let consumer: Consumer | null = null
    let pauseMs = 0
    let said = ""

    const prepare = Effect.gen(function* () {
      yield* nats.connected
      if (consumer !== null) return consumer
      yield* Effect.provideService(ensureStream(eventsSpec(nats.settings)), Nats, nats)
      consumer = yield* nats.use(`subscribing as ${name}`, (open) => consumerOf(open, reading))
      return consumer
    })
    const take = (expires: number) =>
      Effect.flatMap(prepare, (prepared) => nats.use(`reading events as ${name}`, () => prepared.next({ expires })))
    const again = (error: NatsError) =>
      Effect.gen(function* () {
        consumer = null
        if (error.reason !== "away" && said !== error.message) yield* Effect.logWarning(sentence(error.message))
        said = error.message
        yield* Effect.sleep(pauseMs)
        pauseMs = Math.min(5000, Math.max(50, 2 * pauseMs))
        return null
      })
    const taken = (message: JsMsg): TakenMessage => ({
      message,
      handled: () => {
        if (current === message) current = null
        message.ack()
      },
    })
    const attempt = (expires: number) =>
      take(expires).pipe(
        Effect.map((message) => {
          current = message
          pauseMs = 0
          return message === null ? null : taken(message)
        }),
        Effect.catch(again),
      )
    const next: DurableReader["next"] = Effect.suspend(() =>
      Effect.flatMap(attempt(5000), (found) => (found === null ? next : Effect.succeed(found))),
    )

    // Whoever stops leaves what was not dealt with to the next one, at once.
    yield* Effect.addFinalizer(() => Effect.sync(() => current?.nak()))
    // Whoever takes long over a message still has it.
    yield* Effect.sync(() => {
      current?.working()
    }).pipe(Effect.delay(ackWaitMs / 3), Effect.forever, Effect.forkScoped)

    return { next, nextOrNull: attempt(1000) }
  })

/** The one that is there, as it is; else a new one. */
const consumerOf = async (
  { manager, jetstream, library }: OpenNats,
  { name, subject, beginning }: DurableReading,
): Promise<Consumer> => {
  const there = await manager.consumers.info(eventsStream, name).catch(() => null)
  if (there === null) {
    await manager.consumers.add(eventsStream, {
      durable_name: name,
      ack_policy: "explicit",
      ack_wait: library.nanos(ackWaitMs),
      max_ack_pending: 1,
      filter_subject: subject,
      ...startOf(beginning, 0),
    })
  }
  return jetstream.consumers.get(eventsStream, name)
}

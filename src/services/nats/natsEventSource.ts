import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import {
  type AnyEvent,
  type DeliveredEvent,
  type EventQuery,
  EventSource,
  EventSourceError,
  isAskedFor,
} from "../events/EventSource.ts"
import { eventDecoder } from "./decodeEvent.ts"
import { type DurableReader, durableReader } from "./durableReader.ts"
import { type Beginning, eventReader } from "./EventReader.ts"
import { eventsSpec } from "./eventsSpec.ts"
import { eventsOf } from "./eventSubject.ts"
import { Nats } from "./Nats.ts"

/** The events of the whole fleet, out of the stream. While NATS is away, readers wait. */
export const natsEventSource: Layer.Layer<EventSource, never, Nats> = Layer.effect(
  EventSource,
  Effect.gen(function* () {
    const nats = yield* Nats
    const readers = new Set<DurableReader>()
    // Before the connection is closed, whoever still reads gives back what it has.
    yield* Effect.addFinalizer(() =>
      Effect.forEach(readers, ({ leave }) => leave, { concurrency: "unbounded", discard: true }),
    )
    return EventSource.of({
      events: (query) => {
        if (!nats.configured) return Stream.fail(new EventSourceError({ message: needsServer }))
        const events = query.durable === undefined ? ordered(query) : durable(query.durable, query, readers)
        const isWanted = isAskedFor(query)
        return Stream.filter(Stream.provideService(events, Nats, nats), ({ event, handled }) => {
          const wanted = isWanted(event)
          if (!wanted) handled()
          return wanted
        })
      },
    })
  }),
)

const needsServer =
  "reading the events of a fleet needs NATS; name a server with --nats URL, NATS_URL or `nats.servers`"

/** As many events are fetched before somebody wants them. */
const ahead = 256

const ordered = ({ run, since, follow }: EventQuery): Stream.Stream<DeliveredEvent, EventSourceError, Nats> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const { settings } = yield* Nats
      const beginning = beginningOf(since)
      const reader = yield* eventReader({ of: eventsSpec(settings), beginning, subjects: [subjectOf(run)], ahead })
      const decode = eventDecoder()
      const empty =
        !follow && (yield* Effect.mapError(reader.pending, ({ message }) => new EventSourceError({ message }))) === 0
      if (empty) return Stream.empty
      const batches = Stream.fromEffectRepeat(reader.next)
      const bounded = follow ? batches : Stream.takeUntil(batches, (batch) => batch.at(-1)?.info.pending === 0)
      return bounded.pipe(
        Stream.flatMap((batch) => Stream.fromIterable(batch)),
        Stream.mapEffect(decode),
        Stream.filter((event) => event !== null),
        Stream.map((event): DeliveredEvent => ({ event, handled: () => {} })),
      )
    }),
  )

const durable = (
  name: string,
  { run, since, follow }: EventQuery,
  readers: Set<DurableReader>,
): Stream.Stream<DeliveredEvent, EventSourceError, Nats> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const reader = yield* Effect.acquireRelease(
        Effect.tap(durableReader({ name, beginning: beginningOf(since), subject: subjectOf(run) }), (made) =>
          Effect.sync(() => readers.add(made)),
        ),
        (made) =>
          Effect.ensuring(
            made.leave,
            Effect.sync(() => readers.delete(made)),
          ),
      )
      const decode = eventDecoder()
      const messages = follow
        ? Stream.fromEffectRepeat(reader.next)
        : Stream.takeWhile(Stream.fromEffectRepeat(reader.nextOrNull), (found) => found !== null)
      return messages.pipe(
        Stream.mapEffect(({ message, handled }) => Effect.map(decode(message), (event) => ({ event, handled }))),
        Stream.filter(isReadable),
      )
    }),
  )

/** What cannot be read is dealt with. */
const isReadable = (message: {
  readonly event: AnyEvent | null
  readonly handled: () => void
}): message is DeliveredEvent => {
  if (message.event === null) message.handled()
  return message.event !== null
}

const subjectOf = (run: string | undefined): string => eventsOf(run === undefined ? {} : { run })

/** The server goes by when an event arrived, which is never before it happened. */
const beginningOf = (since: string | undefined): Beginning =>
  since === undefined ? { from: "beginning" } : { from: "time", at: since }

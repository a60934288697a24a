import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { RunEvent } from "../../RunEvent.ts"
import { SystemEvent } from "../../SystemEvent.ts"
import { StoreError } from "../store/StoreError.ts"

/** Anything that happens. */
export const AnyEvent = Schema.Union([RunEvent, SystemEvent])
export type AnyEvent = typeof AnyEvent.Type

/** Which events, and until when. */
export interface EventQuery {
  /** Those of one run. */
  readonly run?: string
  /** Those from this time on; ISO 8601. */
  readonly since?: string
  /** The name of a subscriber that goes on where it was when it ended. */
  readonly durable?: string
  /** Whether what is still to happen is waited for; else the stream ends with what is there. */
  readonly follow: boolean
}

/** An event that somebody is given. */
export interface DeliveredEvent {
  readonly event: AnyEvent
  /** To be called when it was dealt with; a durable subscriber is given it again otherwise. */
  readonly handled: () => void
}

/** Why events cannot be read. */
export class EventSourceError extends Schema.TaggedError<EventSourceError>()("EventSourceError", {
  message: Schema.String,
  /** Where it is the store that cannot be used. */
  cause: Schema.optionalKey(StoreError),
}) {}

/** Where events are read that happened before, or elsewhere. */
export class EventSource extends Context.Service<
  EventSource,
  {
    /** In the order of each run. Taken as they are asked for: whoever is slow is waited for. */
    readonly events: (query: EventQuery) => Stream.Stream<DeliveredEvent, EventSourceError>
  }
>()("doubletrack/services/events/EventSource") {
  /** What is kept on this machine alone: it ends with what is there. */
  static readonly layerKept = <R>(
    kept: (query: Pick<EventQuery, "run">) => Effect.Effect<ReadonlyArray<AnyEvent>, EventSourceError, R>,
  ): Layer.Layer<EventSource, never, R> =>
    Layer.effect(
      EventSource,
      Effect.map(Effect.context<R>(), (context) =>
        EventSource.of({
          events: (query) => {
            if (query.follow || query.durable !== undefined) {
              const message = "what is still to happen elsewhere is seen over NATS only; name a server with --nats URL"
              return Stream.fail(new EventSourceError({ message }))
            }
            return Stream.unwrap(
              Effect.map(Effect.provide(kept(query), context), (events) =>
                Stream.fromIterable(events.filter(isAskedFor(query)).map((event) => ({ event, handled: () => {} }))),
              ),
            )
          },
        }),
      ),
    )
}

/** Whether an event is one of those that are asked for. */
export const isAskedFor =
  ({ run, since }: Pick<EventQuery, "run" | "since">) =>
  (event: AnyEvent): boolean =>
    (run === undefined || ("runId" in event && event.runId === run)) && (since === undefined || event.at >= since)

import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Stream from "effect/Stream"
import { filter, map, merge, throwError } from "rxjs"
import type { DoubletrackService } from "./DoubletrackService.ts"
import { EventStream } from "./EventStream.ts"
import { wrongInput } from "./InputError.ts"
import { isoTime } from "./isoTime.ts"
import { liveEvents } from "./liveEvents.ts"
import type { RuntimeParts } from "./openRuntime.ts"
import { type EventQuery, EventSource, isAskedFor } from "./services/events/EventSource.ts"

type EventMethods = Pick<DoubletrackService, "events$" | "fleet">

/** What happens: in the whole fleet where there is one, else in this process. */
export const eventMethods = (
  { services, fleet, runEvents, systemEvents }: RuntimeParts,
  closing: Deferred.Deferred<void>,
): EventMethods => {
  const source = Context.get(services, EventSource)
  const ofFleet = (query: Omit<EventQuery, "follow">) =>
    Stream.toAsyncIterableWith(
      source.events({ ...query, follow: true }).pipe(
        Stream.mapError(({ message }) => wrongInput(message)),
        Stream.interruptWhen(Deferred.await(closing)),
      ),
      services,
    )
  const ofProcess = ({ durable, ...query }: Omit<EventQuery, "follow">) =>
    durable === undefined
      ? merge(runEvents.pipe(map(fleet.published)), systemEvents).pipe(filter(isAskedFor(query)))
      : throwError(() => needsFleet)
  const open = ({ since, ...query }: Omit<EventQuery, "follow">) => {
    const from = since === undefined ? undefined : isoTime(since)
    if (from === null) return liveEvents(throwError(() => noTime(String(since))))
    const asked = from === undefined ? query : { ...query, since: from }
    return fleet.counts ? ofFleet(asked) : liveEvents(ofProcess(asked))
  }
  return {
    events$: (query = {}) => new EventStream(() => open(query)),
    fleet: fleet.report,
  }
}

const needsFleet = wrongInput("a durable subscriber needs NATS; name a server with `nats`, --nats URL or NATS_URL")

const noTime = (text: string) =>
  wrongInput(`since "${text}": expected a time in ISO 8601, such as 2026-01-31T12:00:00Z`)

import type { NatsSettings } from "../../NatsSettings.ts"
import type { StreamSpec } from "./ensureStreams.ts"
import { allEvents, eventsStream } from "./eventSubject.ts"

/** The stream of events, as it is made where there is none. */
export const eventsSpec = ({ events }: NatsSettings): StreamSpec => ({
  name: eventsStream,
  subjects: [allEvents],
  description: "What happened in the runs of Doubletrack, and beside them",
  ...events,
})

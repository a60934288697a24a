import { setTimeout } from "node:timers/promises"
import { jetstream, jetstreamManager } from "@nats-io/jetstream"
import { nanos, type NatsConnection } from "@nats-io/transport-node"
import type { RunEvent } from "../../../src/RunEvent.ts"
import type { SystemEvent } from "../../../src/SystemEvent.ts"
import { eventSubject } from "../../../src/services/nats/eventSubject.ts"

/** Makes the stream of events, with limits of a test. */
export const makeStream = async (client: NatsConnection, replicas = 1): Promise<void> => {
  const manager = await jetstreamManager(client)
  const subjects = ["doubletrack.events.>"]
  await manager.streams.add({
    name: "DOUBLETRACK_EVENTS",
    subjects,
    num_replicas: replicas,
    duplicate_window: nanos(120_000),
  })
}

/** Puts events into the stream, one after the other, each until it is in. */
export const publish = async (client: NatsConnection, events: ReadonlyArray<RunEvent | SystemEvent>): Promise<void> => {
  for (const event of events) {
    await eventually(() =>
      jetstream(client).publish(eventSubject(event), JSON.stringify(event), { msgID: event.id, timeout: 1000 }),
    )
  }
}

/** Tries again until it succeeds, for half a minute: a server may be starting, a cluster may be without a leader. */
export const eventually = async <A>(work: () => Promise<A>): Promise<A> => {
  const giveUpAt = Date.now() + 30_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() > giveUpAt) throw error
      await setTimeout(50)
    }
  }
}

import type { Beginning } from "./EventReader.ts"
import { startOf } from "./EventReader.ts"
import { eventsStream } from "./eventSubject.ts"
import type { OpenNats } from "./Nats.ts"
import { NatsError } from "./NatsError.ts"

export interface DurableReading {
  readonly name: string
  /** Where a subscriber of this name begins that is new. */
  readonly beginning: Beginning
  readonly subject: string
}

/** How long a subscriber may be silent about a message before it is given to another one of its name. */
export const silenceMs = 15_000

/** What subscribers of a name are to the server: left as it is where it is there. */
export const ensureDurable = async (
  { manager, library }: OpenNats,
  { name, subject, beginning }: DurableReading,
): Promise<void> => {
  const there = await manager.consumers.info(eventsStream, name).catch(() => null)
  if (there?.config.deliver_subject !== undefined) {
    const message = `durable "${name}": another program made a consumer of this name that is pushed to; take another name`
    throw new NatsError({ reason: "conflict", message })
  }
  if (there !== null) return
  await manager.consumers.add(eventsStream, {
    durable_name: name,
    ack_policy: "explicit",
    ack_wait: library.nanos(silenceMs),
    max_ack_pending: 1,
    filter_subject: subject,
    ...startOf(beginning, 0),
  })
}

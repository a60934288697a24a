import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { eventsStream } from "./eventSubject.ts"
import type { OpenNats } from "./Nats.ts"
import type { QueuedMessage } from "./outboxLane.ts"

/** What became of a batch. */
export interface SentBatch {
  /** Numbers of the messages that the stream has, or will never take. */
  readonly arrived: ReadonlyArray<number>
  /** Ids of messages that are too large for the server even without content. */
  readonly tooLarge: ReadonlyArray<string>
  /** The first failure; what comes behind it in its chain was not sent. */
  readonly failure: { readonly cause: unknown } | null
}

/**
 * Sends messages, each chain in its order: the next one only when the stream has the one before, so that no failure can
 * turn them round. Several chains are sent at the same time. What may have arrived before is asked for first, since the
 * server knows duplicates for some minutes only.
 */
export const sendInOrder = async (
  nats: OpenNats,
  queued: ReadonlyArray<QueuedMessage>,
  mayHaveArrived: (id: string) => boolean,
): Promise<SentBatch> => {
  const arrived: Array<number> = []
  const tooLarge: Array<string> = []
  let failure: SentBatch["failure"] = null

  const send = async (chain: ReadonlyArray<QueuedMessage>) => {
    const isCertain = chain.every(({ message }) => message.again !== true && !mayHaveArrived(message.id))
    const last = isCertain ? -1 : await lastArrived(nats, chain)
    for (const { number, message } of chain) {
      if (message.seq === null || message.seq > last) {
        const data = fitting(message.data, nats.connection.info?.max_payload ?? defaultMaxPayload)
        if (data === null) tooLarge.push(message.id)
        else await nats.jetstream.publish(message.subject, data, { msgID: message.id })
      }
      arrived.push(number)
    }
  }

  const chains = Map.groupBy(queued, ({ message }) => message.chain)
  await Promise.all(
    [...chains.values()].map((chain) =>
      send(chain).catch((cause: unknown) => {
        failure ??= { cause }
      }),
    ),
  )
  return { arrived, tooLarge, failure }
}

const defaultMaxPayload = 2 ** 20

/** What headers and the subject may take. */
const overhead = 2048

/** Position of the last event of a run that the stream has; -1 where it has none, or where there are no positions. */
const lastArrived = async ({ manager }: OpenNats, [first]: ReadonlyArray<QueuedMessage>): Promise<number> => {
  if (first === undefined || first.message.seq === null) return -1
  const ofRun = first.message.subject.replace(/[^.]*$/, "*")
  const stored = await manager.streams.getMessage(eventsStream, { last_by_subj: ofRun })
  const decoded = stored === null ? null : decode(stored.string())
  return decoded !== null && Result.isSuccess(decoded) ? decoded.success.seq : -1
}

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Struct({ seq: Schema.Int })))

/** The event, without what it carries of inputs and answers where it would be too large; null where that does not help. */
const fitting = (data: string, maxPayload: number): string | null => {
  const most = maxPayload - overhead
  if (Buffer.byteLength(data) <= most) return data
  const event: unknown = JSON.parse(data)
  if (!Predicate.isObject(event)) return null
  const without = Object.fromEntries(Object.entries(event).filter(([key]) => !content.includes(key)))
  const text = JSON.stringify(without)
  return Buffer.byteLength(text) <= most ? text : null
}

const content = ["inputs", "result", "variables"]

import type { Msg } from "@nats-io/transport-node"
import { eventsStream } from "./eventSubject.ts"
import type { OpenNats } from "./Nats.ts"
import { NatsError } from "./NatsError.ts"

/** One question for the next message, which is open on the server until it is answered, given up or too old. */
export interface Pull {
  /** The server has answered it: with a message, which was told of before, or that there is none. Rejects where it cannot be asked. */
  readonly answered: Promise<void>
  /** Resolves when nothing more can come: what was on its way has been told of. */
  readonly giveUp: () => Promise<void>
  readonly close: () => void
}

export interface PullRequest {
  /** A consumer of the stream of events. */
  readonly consumer: string
  readonly expiresMs: number
  readonly arrived: (message: Msg) => void
}

/**
 * The client's own `next` cannot be given up: what the server sends for it afterwards is lost until its time to be
 * acknowledged is over. Protocol: https://docs.nats.io/reference/reference-protocols/nats_api_reference
 */
export const pullMessage = (
  { connection, jetstream, library }: OpenNats,
  { consumer, expiresMs, arrived }: PullRequest,
): Pull => {
  const { promise: answered, resolve, reject } = Promise.withResolvers<void>()
  const inbox = library.createInbox()
  const subscription = connection.subscribe(inbox, {
    max: 1,
    callback: (error, message) => {
      if (error !== null) return reject(error)
      if (message.subject !== inbox) arrived(message)
      const problem = message.subject === inbox ? problemOf(message, consumer) : null
      if (problem === null) resolve()
      else reject(problem)
    },
  })
  const request = JSON.stringify({ batch: 1, expires: library.nanos(expiresMs) })
  connection.publish(`${jetstream.apiPrefix}.CONSUMER.MSG.NEXT.${eventsStream}.${consumer}`, request, { reply: inbox })
  return {
    answered,
    giveUp: async () => {
      if (subscription.isClosed()) return
      // In a cluster, the server that has the messages hears too late that a subscription to another one has ended.
      await (connection.info?.cluster === undefined ? subscription.drain() : answered)
    },
    close: () => {
      if (!subscription.isClosed()) subscription.unsubscribe()
    },
  }
}

/** What a status says; null where it says that there is nothing. */
const problemOf = ({ headers }: Msg, consumer: string): NatsError | null => {
  const { code = 0, description = "" } = headers ?? {}
  if (code === 404 || code === 408) return null
  // The consumer has another leader, was deleted, or its server is going: it is asked again.
  const reason = code === 409 || code === 503 ? "away" : "failed"
  return new NatsError({ reason, message: `reading events as ${consumer}: the server says ${code} ${description}` })
}

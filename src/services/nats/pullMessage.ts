import type { Msg } from "@nats-io/transport-node"
import type { OpenNats } from "./Nats.ts"
import { NatsError } from "./NatsError.ts"

/** A question to a consumer for its next message. */
export interface Pull {
  /** Null where there was none in the time. */
  readonly message: Promise<Msg | null>
  /** Asks no more: resolves when nothing can come any more, to what had come. */
  readonly giveUp: () => Promise<Msg | null>
}

export interface PullOptions {
  readonly stream: string
  readonly consumer: string
  /** How long the server may look for one. */
  readonly patienceMs: number
}

/**
 * Asks for one message. The client's own way to ask drops what is on its way when it is given up, and nobody else has that
 * before the server misses it.
 */
export const pullMessage = ({ connection, library }: OpenNats, { stream, consumer, patienceMs }: PullOptions): Pull => {
  const { promise: message, resolve, reject } = Promise.withResolvers<Msg | null>()
  const inbox = library.createInbox()
  const subscription = connection.subscribe(inbox, {
    callback: (error, answer) => {
      const code = answer?.headers?.code ?? 0
      if (error !== null) reject(error)
      else if (code === heartbeat) timer.refresh()
      else if (code === 0) resolve(answer)
      else if (code === noneThere || code === tooLate) resolve(null)
      else
        reject(
          new NatsError({
            reason: "missing",
            message: `${stream}/${consumer}: ${String(answer.headers?.description)}`,
          }),
        )
    },
  })
  const timer = setTimeout(() => reject(silent(stream)), 2 * beatMs(patienceMs))
  const over = () => {
    clearTimeout(timer)
    subscription.unsubscribe()
  }
  message.then(over, over)
  const question = { batch: 1, expires: library.nanos(patienceMs), idle_heartbeat: library.nanos(beatMs(patienceMs)) }
  connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(question), { reply: inbox })
  return {
    message,
    giveUp: async () => {
      if (!subscription.isClosed() && !connection.isClosed()) await subscription.drain().catch(() => {})
      resolve(null)
      return message.catch(() => null)
    },
  }
}

const heartbeat = 100
const noneThere = 404
const tooLate = 408

/** How often the server says that it is there. */
const beatMs = (patienceMs: number) => patienceMs / 2

const silent = (stream: string) =>
  new NatsError({ reason: "away", message: `${stream}: the server is not heard of any more` })

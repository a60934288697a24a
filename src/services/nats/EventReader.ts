import { setImmediate } from "node:timers/promises"
import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { ensureStream, type StreamSpec } from "./ensureStreams.ts"
import { Nats, type OpenNats } from "./Nats.ts"
import { NatsError } from "./NatsError.ts"
import { sentence } from "./sentence.ts"
import { supports } from "./serverFeatures.ts"

/** Where reading begins. */
export type Beginning =
  | { readonly from: "sequence"; readonly sequence: number }
  | { readonly from: "time"; readonly at: string }
  | { readonly from: "beginning" }

export interface Reading {
  /** The stream; made where there is none. */
  readonly of: StreamSpec
  readonly beginning: Beginning
  /** Subjects; on servers that know one at a time only, everything is read where there are several. */
  readonly subjects: ReadonlyArray<string>
  /** As many messages are fetched before they are asked for. */
  readonly ahead: number
  /** By `created`, which stream is meant; one of the same name that was made later is another one. */
  readonly stream?: string
}

/** Reads a stream in its order, each message once, whatever happens to the connection or the cluster meanwhile. */
export interface EventReader {
  /** What has come; waits where nothing has. Empty: the stream is not the one that was meant, or has lost what was read. */
  readonly next: Effect.Effect<ReadonlyArray<JsMsg>>
  /** How many messages of these subjects the stream holds from here on. */
  readonly pending: Effect.Effect<number, NatsError>
}

/** How often the server says that there is nothing. */
const silence = { expires: 10_000, idle_heartbeat: 1000 }

/** After that long without a message it is looked whether there is one. */
const patience = "4 seconds"

const none: ReadonlyArray<JsMsg> = []

export const eventReader = (reading: Reading): Effect.Effect<EventReader, never, Nats | Scope.Scope> =>
  Effect.gen(function* () {
    const nats = yield* Nats
    const { name } = reading.of
    let open: OpenConsumer | null = null
    let last = reading.beginning.from === "sequence" ? reading.beginning.sequence - 1 : 0
    let pauseMs = 0
    let said = ""
    let isOver = false
    /** What the stream held when it was last looked at. */
    let seen = 0

    const close = Effect.sync(() => {
      open?.messages.stop()
      open = null
    })
    yield* Effect.addFinalizer(() => close)

    const isAnother = (stream: string) =>
      nats.use(`looking at the stream ${name}`, async ({ manager }) => {
        const { created, state } = await manager.streams.info(name)
        return created !== stream || state.last_seq < last
      })

    /** A reader's half on the server may have gone with its server, without a word. */
    const hasMore = Effect.map(
      nats.use(`looking at the stream ${name}`, async ({ manager }) => manager.streams.info(name)),
      ({ state }) => {
        const before = Math.max(last, seen)
        seen = state.last_seq
        return state.last_seq > before
      },
    )

    const consumer = (connected: OpenNats) =>
      connected.jetstream.consumers.get(name, consumerConfig(connected, reading, last))

    const ready = Effect.andThen(nats.connected, Effect.provideService(ensureStream(reading.of), Nats, nats))
    const begin = Effect.gen(function* () {
      yield* ready
      isOver = reading.stream !== undefined && (yield* isAnother(reading.stream))
      if (isOver) return
      const messages = yield* nats.use(`reading ${name}`, async (connected) =>
        (await consumer(connected)).consume({ max_messages: reading.ahead, ...silence }),
      )
      open = { messages, iterator: messages[Symbol.asyncIterator](), next: null, batch: null }
    })

    const take = Effect.gen(function* () {
      if (open === null) yield* begin
      if (isOver) return []
      const batch = yield* nats
        .use(`reading ${name}`, async () => (open === null ? [] : (open.batch ??= batchOf(open))))
        .pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed(null) }))
      if (batch === null) {
        if (yield* hasMore) yield* close
        return none
      }
      if (open !== null) open.batch = null
      if (batch.length === 0) return yield* new NatsError({ reason: "away", message: "the reader was ended" })
      pauseMs = 0
      said = ""
      const fresh = batch.filter(({ seq }) => seq > last)
      last = fresh.at(-1)?.seq ?? last
      return fresh
    })

    const again = (error: NatsError) =>
      Effect.gen(function* () {
        yield* close
        if (error.reason !== "away" && said !== error.message)
          yield* Effect.logWarning(`${name} is not read: ${sentence(error.message)}`)
        said = error.message
        yield* Effect.sleep(pauseMs)
        pauseMs = Math.min(5000, Math.max(50, 2 * pauseMs))
        return none
      })

    const next: EventReader["next"] = Effect.suspend(() =>
      Effect.flatMap(take.pipe(Effect.catch(again)), (batch) =>
        batch.length > 0 || isOver ? Effect.succeed(batch) : next,
      ),
    )
    return {
      next,
      pending: Effect.andThen(
        ready,
        nats.use(`reading ${name}`, async (connected) => (await (await consumer(connected)).info()).num_pending),
      ),
    }
  })

const consumerConfig = ({ connection }: OpenNats, { beginning, subjects }: Reading, last: number) => {
  const [first = "", ...others] = subjects
  const version = connection.info?.version ?? ""
  const filter = others.length === 0 ? first : supports(version, "severalFilters") ? [...subjects] : undefined
  return {
    ...(filter === undefined ? {} : { filter_subjects: filter }),
    ...startOf(beginning, last),
  }
}

/** `last` is the last message that was read; 0 where none was. */
export const startOf = (beginning: Beginning, last: number) => {
  if (last > 0 || beginning.from === "sequence") {
    return { deliver_policy: "by_start_sequence", opt_start_seq: last + 1 } as const
  }
  return beginning.from === "time"
    ? ({ deliver_policy: "by_start_time", opt_start_time: beginning.at } as const)
    : ({ deliver_policy: "all" } as const)
}

interface OpenConsumer {
  readonly messages: ConsumerMessages
  readonly iterator: AsyncIterator<JsMsg>
  /** The message behind those that were there. */
  next: Promise<IteratorResult<JsMsg>> | null
  /** What is waited for already: whoever stops waiting leaves it to the next one who asks. */
  batch: Promise<ReadonlyArray<JsMsg>> | null
}

/** The next message, and those that have come already. */
const batchOf = async (open: OpenConsumer): Promise<ReadonlyArray<JsMsg>> => {
  const batch: Array<JsMsg> = []
  while (batch.length < largestBatch) {
    open.next ??= open.iterator.next()
    const result = await (batch.length === 0 ? open.next : Promise.race([open.next, nothingYet()]))
    if (result === null) break
    open.next = null
    if (result.done === true) break
    batch.push(result.value)
  }
  return batch
}

/** Loses against everything that is there. */
const nothingYet = (): Promise<null> => setImmediate(null)

/** Folding in one batch takes up the process for about a hundredth of a second. */
const largestBatch = 32

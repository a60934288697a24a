import type { Consumer, JsMsg } from "@nats-io/jetstream"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { ensureStream } from "./ensureStreams.ts"
import { Nats, type OpenNats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { natsErrorOf } from "./natsErrorOf.ts"
import { sentence } from "./sentence.ts"
import {
  allCancels,
  cancelSubject,
  runsSpec,
  runsStream,
  runSubject,
  workSpec,
  workStream,
  workSubject,
} from "./workSpecs.ts"

/** A run that the queue gave to this process, and to nobody else for as long as it says that it is at it. */
export interface Delivery {
  readonly runId: string
  /** Says so again and again; and here, where this process stood still for so long that others may have it by now. */
  readonly keep: (stoodStill: Effect.Effect<void>) => Effect.Effect<never>
  /** The run has ended, or is nobody's to carry out: it leaves the queue. */
  readonly done: Effect.Effect<void>
  /** Another worker is to have it, after so long. */
  readonly giveBack: (afterMs: number) => Effect.Effect<void>
}

/** The runs that wait for a worker, in the order in which they were submitted. */
export class WorkQueue extends Context.Service<
  WorkQueue,
  {
    /** Puts a run there; twice at the same sequence of its journal is once. */
    readonly put: (runId: string, sequence: number) => Effect.Effect<void, NatsError>
    /** Puts a run there of which the queue knows nothing, though its journal still ends at this sequence. */
    readonly putAgain: (runId: string, sequence: number) => Effect.Effect<void, NatsError>
    /** The next one; waits until there is one, and while NATS is away. */
    readonly take: Effect.Effect<Delivery>
    /** Asks whoever is at a run to cancel it, or whoever takes it. */
    readonly askToCancel: (runId: string) => Effect.Effect<void, NatsError>
    readonly isCancelAsked: (runId: string) => Effect.Effect<boolean, NatsError>
    /** Tells of each run that is to be cancelled from now on, until it is interrupted. */
    readonly followCancels: (listener: (runId: string) => void) => Effect.Effect<never>
    readonly status: Effect.Effect<QueueStatus, NatsError>
  }
>()("doubletrack/services/nats/WorkQueue") {
  static readonly layer: Layer.Layer<WorkQueue, never, Nats> = Layer.effect(
    WorkQueue,
    Effect.gen(function* () {
      const nats = yield* Nats
      const { takeOverMs } = nats.settings.work
      const ensured = Effect.provideService(
        Effect.andThen(ensureStream(workSpec(nats.settings)), ensureStream(runsSpec(nats.settings))),
        Nats,
        nats,
      )
      let joined: { readonly open: OpenNats; readonly consumer: Consumer } | null = null
      /** What the server goes by, which an operator may have set. */
      let silenceMs = takeOverMs
      let pauseMs = 0
      let said = ""

      const openConsumer = Effect.gen(function* () {
        const open = yield* nats.connected
        if (joined?.open === open) return joined.consumer
        yield* ensured
        const consumer = yield* nats.use("joining the workers", async ({ manager, jetstream, library }) => {
          const there = await infoOrNull(() => manager.consumers.info(workStream, workers))
          if (there !== null) silenceMs = library.millis(there.config.ack_wait ?? library.nanos(takeOverMs))
          else {
            await manager.consumers.add(workStream, {
              durable_name: workers,
              ack_policy: "explicit",
              ack_wait: library.nanos(takeOverMs),
              max_ack_pending: mostUnderWay,
              max_deliver: -1,
            })
          }
          return jetstream.consumers.get(workStream, workers)
        })
        joined = { open, consumer }
        return consumer
      })

      const again = ({ reason, message }: NatsError) =>
        Effect.gen(function* () {
          joined = null
          if (reason !== "away" && said !== message) yield* Effect.logWarning(`No runs are taken: ${sentence(message)}`)
          said = message
          pauseMs = Math.min(5000, Math.max(100, 2 * pauseMs))
          yield* Effect.interruptible(Effect.sleep(pauseMs))
          return null
        })

      const ask = (consumer: Consumer) =>
        Effect.acquireUseRelease(
          nats.use("taking a run", async () => ({ next: consumer.next({ expires: patienceMs }) })),
          ({ next }) =>
            Effect.map(Effect.interruptible(nats.use("taking a run", () => next)), (message) =>
              message === null ? null : deliveryOf(message, silenceMs),
            ),
          // What still comes when nobody wants it any more is for somebody else, at once.
          ({ next }, exit) =>
            Exit.isSuccess(exit)
              ? Effect.void
              : Effect.promise(() => next.then((message) => message?.nak())).pipe(
                  Effect.timeoutOption(farewell),
                  Effect.ignoreCause,
                ),
        )
      const attempt = Effect.flatMap(Effect.interruptible(openConsumer), ask).pipe(
        Effect.tap(() =>
          Effect.sync(() => {
            pauseMs = 0
            said = ""
          }),
        ),
        Effect.catch(again),
      )

      const take: Effect.Effect<Delivery> = Effect.suspend(() =>
        Effect.flatMap(attempt, (delivery) => (delivery === null ? take : Effect.succeed(delivery))),
      )

      const put = (runId: string, sequence: number) =>
        Effect.andThen(
          ensured,
          nats.use("submitting a run", async ({ jetstream }) => {
            await jetstream.publish(workSubject(runId), runId, { msgID: `${runId}/${sequence}` })
          }),
        )

      return WorkQueue.of({
        put,
        putAgain: Effect.fnUntraced(function* (runId, sequence) {
          yield* ensured
          const isMissing = yield* nats.use("looking into the queue", async ({ manager }) => {
            const place = await manager.streams.getMessage(workStream, { last_by_subj: workSubject(runId) })
            if (place !== null) return false
            // It may have been carried out in the meantime.
            const note = await manager.streams.getMessage(runsStream, { last_by_subj: runSubject(runId) })
            return note?.seq === sequence
          })
          if (!isMissing) return
          yield* Effect.logWarning(`Run ${runId} was in the queue no more, and is put there again.`)
          yield* put(runId, sequence)
        }),
        take,
        askToCancel: (runId) =>
          Effect.andThen(
            ensured,
            nats.use("asking to cancel a run", async ({ jetstream }) => {
              await jetstream.publish(cancelSubject(runId), runId)
            }),
          ),
        isCancelAsked: (runId) =>
          nats.use("looking whether a run is to be cancelled", async ({ manager }) => {
            return (await manager.streams.getMessage(runsStream, { last_by_subj: cancelSubject(runId) })) !== null
          }),
        followCancels: (listener) =>
          nats.connected.pipe(
            Effect.flatMap(({ connection }) =>
              Effect.acquireUseRelease(
                Effect.sync(() => connection.subscribe(allCancels)),
                (subscription) =>
                  Effect.promise(async () => {
                    for await (const message of subscription) listener(message.string())
                  }),
                (subscription) => Effect.sync(() => subscription.unsubscribe()),
              ),
            ),
            Effect.andThen(Effect.sleep("1 second")),
            Effect.forever,
          ),
        status: nats.use("looking at the queue", async ({ manager }) => {
          const { num_pending, num_ack_pending, num_waiting } = await manager.consumers.info(workStream, workers)
          return { waiting: num_pending, underWay: num_ack_pending, idleWorkers: num_waiting }
        }),
      })
    }),
  )
}

/** How the queue stands. */
export interface QueueStatus {
  readonly waiting: number
  readonly underWay: number
  /** Workers that have a place free. */
  readonly idleWorkers: number
}

/** What all workers are to the server. */
export const workers = "workers"

/** Runs under way in a fleet, at most. */
const mostUnderWay = 100_000

/** Null where there is none yet. */
const infoOrNull = async <Info>(look: () => Promise<Info>): Promise<Info | null> => {
  try {
    return await look()
  } catch (cause) {
    if (natsErrorOf(cause, "", "").reason === "missing") return null
    throw cause
  }
}

/** How long one question for a run is open; a server that is gone is noticed in about twice that time. */
const patienceMs = 1000

/** How long is waited for what is on its way. */
const farewell = "2 seconds"

const deliveryOf = (message: JsMsg, silenceMs: number): Delivery => {
  const say = (what: () => void) => Effect.ignore(Effect.try({ try: what, catch: (cause) => cause }))
  return {
    runId: message.string(),
    keep: Effect.fnUntraced(function* (stoodStill) {
      for (let saidAtMs = yield* Clock.currentTimeMillis; ; ) {
        const nowMs = yield* Clock.currentTimeMillis
        if (nowMs - saidAtMs > silenceMs) yield* stoodStill
        saidAtMs = nowMs
        yield* say(() => message.working())
        yield* Effect.sleep(silenceMs / 3)
      }
    }),
    // What is not acknowledged is delivered again, and found to have ended.
    done: Effect.ignore(Effect.tryPromise(() => message.ackAck())),
    giveBack: (afterMs) => say(() => message.nak(afterMs > 0 ? afterMs : undefined)),
  }
}

import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type { RunEvent } from "../../RunEvent.ts"
import type { SystemEvent } from "../../SystemEvent.ts"
import { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import { eventSubject, workflowOf } from "./eventSubject.ts"
import { Nats } from "./Nats.ts"
import { OutboxBuffer } from "./outboxBuffer.ts"
import { type OutboxMessage, outboxTotals } from "./outboxLane.ts"
import { forgetOldRuns, runsTaken } from "./outboxRuns.ts"
import { sendOutbox } from "./sendOutbox.ts"
import { unsentChains } from "./unsentChains.ts"

/** What the outbox did and what it holds. */
export interface OutboxReport {
  /** By this process, since it started. */
  readonly sent: number
  /** In this state directory. */
  readonly waiting: number
  readonly waitingBytes: number
  /** Events that the fleet will never see, since the store was made: later ones took their room. */
  readonly dropped: number
}

/**
 * Events on their way to NATS. They are on disk before they are sent, so that they outlive an absence of NATS and the end
 * of the process; they arrive in the order of their run, once. Nothing waits for that.
 */
export class EventOutbox extends Context.Service<
  EventOutbox,
  {
    /** Takes an event as it is published. */
    readonly take: (event: RunEvent | SystemEvent) => void
    /** Takes the history of a run before it goes on; what of it has arrived before is not sent again. */
    readonly takeHistory: (history: ReadonlyArray<RunEvent>) => void
    /** Runs of which events were taken, here or by a process before this one, but not the last one. */
    readonly unfinished: Effect.Effect<ReadonlyArray<string>, StoreError>
    readonly report: Effect.Effect<OutboxReport, StoreError>
    /** Resolves when everything that was taken has arrived; for as long as NATS is away, it does not. */
    readonly drained: Effect.Effect<void>
    /** Likewise, for what was taken of one run before. */
    readonly arrived: (runId: string) => Effect.Effect<void>
  }
>()("doubletrack/services/nats/EventOutbox") {
  /** Closing waits a few seconds for what is on its way, where there is somebody to send it to. */
  static readonly layer: Layer.Layer<EventOutbox, never, Nats | Store> = Layer.effect(
    EventOutbox,
    Effect.gen(function* () {
      const nats = yield* Nats
      const store = yield* Store
      const totals = store.read(outboxTotals)
      if (!nats.configured) {
        const report = Effect.map(totals, (found) => ({ ...found, sent: 0 }))
        return EventOutbox.of({
          take: () => {},
          takeHistory: () => {},
          unfinished: Effect.succeed([]),
          report,
          drained: Effect.void,
          arrived: () => Effect.void,
        })
      }

      const lane = yield* laneName
      const buffer = new OutboxBuffer({ store, lane, bounds: nats.settings.outbox })
      const isDrained = yield* Latch.make(true)
      const clock = yield* Clock.Clock
      const unsent = unsentChains(() => clock.currentTimeMillisUnsafe(), nats.settings.events.duplicateWindowMs / 4)
      let sent = 0
      const take = (messages: ReadonlyArray<OutboxMessage>) => {
        Latch.closeUnsafe(isDrained)
        unsent.took(messages)
        buffer.take(messages)
      }
      const onSent = (count: number) => void (sent += count)
      const onDrained = () => {
        Latch.openUnsafe(isDrained)
        unsent.allArrived()
        buffer.drained()
      }

      yield* Effect.forkScoped(buffer.writing)
      yield* Effect.forkScoped(sendOutbox({ lane, buffer, unsent, onSent, onDrained }))
      yield* Effect.forkScoped(Effect.ignore(store.write(forgetOldRuns)))
      yield* Effect.addFinalizer(() =>
        Effect.gen(function* () {
          yield* buffer.write
          const { _tag } = yield* nats.status
          if (_tag === "Away" || _tag === "Closed") return
          yield* Effect.timeoutOption(Latch.await(isDrained), farewell)
        }),
      )

      return EventOutbox.of({
        take: (event) => take([messageOf(event)]),
        takeHistory: (history) => take(history.map((event) => ({ ...messageOf(event), again: true }))),
        unfinished: store.read(runsTaken),
        report: Effect.map(totals, (found) => ({ ...found, waiting: found.waiting + buffer.size, sent })),
        drained: Latch.await(isDrained),
        arrived: unsent.gone,
      })
    }),
  )
}

/** How long closing waits. */
const farewell = "3 seconds"

/** Names sort by time, so that what was left behind first is sent first. */
const laneName = Effect.gen(function* () {
  const nowMs = yield* Clock.currentTimeMillis
  const number = yield* Random.nextIntBetween(0, 2 ** 31)
  return `${nowMs.toString(36).padStart(9, "0")}-${number.toString(36)}`
})

const messageOf = (event: RunEvent | SystemEvent): OutboxMessage => ({
  id: event.id,
  subject: eventSubject(event),
  chain: "runId" in event ? event.runId : `system/${workflowOf(event)}`,
  seq: "seq" in event ? event.seq : null,
  data: JSON.stringify(event),
})

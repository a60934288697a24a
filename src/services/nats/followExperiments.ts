import type { JsMsg } from "@nats-io/jetstream"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AnyEvent } from "../events/EventSource.ts"
import { ExperimentFold, type Folded, type FoldStep, type StreamPart } from "../experiments/ExperimentFold.ts"
import type { FoldPosition } from "../experiments/ExperimentState.ts"
import type { StoreError } from "../store/StoreError.ts"
import { catchUp, streamExtent } from "./catchUp.ts"
import { eventDecoder, tagOf } from "./decodeEvent.ts"
import { type EventReader, eventReader } from "./EventReader.ts"
import { eventsSpec } from "./eventsSpec.ts"
import { eventsOf } from "./eventSubject.ts"
import { keepSnapshots, type SnapshotKeeper } from "./keepSnapshots.ts"
import { Nats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { sentence } from "./sentence.ts"

export interface Following {
  /** What an event does to an experiment; null where nothing. */
  readonly stepOf: (event: AnyEvent, sequence: number) => FoldStep | null
  /** Told of what was folded in. */
  readonly folded: (changes: ReadonlyArray<FoldedMessage>) => Effect.Effect<void>
  /** Told how far it is. */
  readonly reached: (position: FoldPosition) => void
}

export interface FoldedMessage extends Folded {
  /** Other nodes see it at the same time, and nobody has told of it before. */
  readonly isRecent: boolean
}

/** Kinds of events that say something about experiments. */
const kinds = ["StepCompleted", "StepFailed", "FeedbackReceived"]

/** As many messages are fetched before they are folded. */
const ahead = 512

/** Older events were told of when they happened. */
const recentMs = 120_000

/** How often it is looked whether the stream is still the same, and whether a snapshot is due. */
const checkEvery = "20 seconds"

/** Folds the outcomes of the whole fleet into the experiments, in the order of the stream, for as long as the process lives. */
export const followExperiments = Effect.fnUntraced(function* (
  following: Following,
): Effect.fn.Return<never, never, Nats | ExperimentFold> {
  const nats = yield* Nats
  const snapshots = yield* keepSnapshots(nats.settings.snapshotEvery)
  let pauseMs = 0
  let said = ""

  const failed = ({ _tag, reason, message }: NatsError | StoreError) =>
    Effect.gen(function* () {
      pauseMs = Math.min(5000, Math.max(100, 2 * pauseMs))
      const isAway = _tag === "NatsError" && reason === "away"
      if (!isAway && said !== message)
        yield* Effect.logWarning(`Experiments do not learn at the moment: ${sentence(message)}`)
      if (!isAway) said = message
      yield* Effect.sleep(pauseMs)
    })
  const caughtUp = (position: FoldPosition) =>
    Effect.sync(() => {
      pauseMs = 0
      said = ""
      following.reached(position)
    })
  const round = Effect.gen(function* () {
    const position = yield* catchUp
    yield* caughtUp(position)
    const subjects = kinds.map((tag) => eventsOf({ tag }))
    const beginning = { from: "sequence", sequence: position.sequence + 1 } as const
    const reader = yield* eventReader({
      ...{ of: eventsSpec(nats.settings), beginning, subjects, ahead, stream: position.stream },
    })
    yield* foldFrom(reader, position, { following, snapshots })
  })
  return yield* nats.connected.pipe(Effect.andThen(round.pipe(Effect.scoped, Effect.catch(failed))), Effect.forever)
})

interface FoldContext {
  readonly following: Following
  readonly snapshots: SnapshotKeeper
}

/** Folds until the stream, or what is here, is not what it was. */
const foldFrom = Effect.fnUntraced(function* (
  reader: EventReader,
  { stream, sequence }: FoldPosition,
  { following, snapshots }: FoldContext,
) {
  const fold = yield* ExperimentFold
  const decode = eventDecoder()
  let last = sequence
  while (true) {
    const batch = yield* Effect.timeoutOption(reader.next, checkEvery)
    if (batch._tag === "None") {
      const now = yield* streamExtent
      if (now.stream !== stream || now.last < last) return
      // What the stream has dropped since said nothing about experiments where nothing is left to read.
      if (now.first - 1 > last && (yield* reader.pending) === 0)
        last = yield* advance({ stream, after: last, through: now.last })
      yield* snapshots.check
      continue
    }
    if (batch.value.length === 0) return
    const steps = yield* stepsOf(batch.value, { decode, following })
    const through = batch.value.at(-1)?.seq ?? last
    const folded = yield* fold.fold({ stream, after: last, through }, steps)
    if (folded === null) return
    last = through
    following.reached({ stream, sequence: last })
    yield* following.folded(yield* withAges(folded, batch.value))
    yield* snapshots.counted(folded.length)
  }
})

const advance = (part: StreamPart) =>
  Effect.as(
    ExperimentFold.use((fold) => fold.fold(part, [])),
    part.through,
  )

const stepsOf = Effect.fnUntraced(function* (
  batch: ReadonlyArray<JsMsg>,
  { decode, following }: { readonly decode: ReturnType<typeof eventDecoder>; readonly following: Following },
) {
  const steps: Array<FoldStep> = []
  for (const message of batch) {
    if (!kinds.includes(tagOf(message.subject))) continue
    const event = yield* decode(message)
    const step = event === null ? null : following.stepOf(event, message.seq)
    if (step !== null) steps.push(step)
  }
  return steps
})

const withAges = (
  folded: ReadonlyArray<Folded>,
  batch: ReadonlyArray<JsMsg>,
): Effect.Effect<ReadonlyArray<FoldedMessage>> =>
  Effect.map(Clock.currentTimeMillis, (nowMs) => {
    const times = new Map(batch.map(({ seq, time }) => [seq, time.getTime()]))
    return folded.map((change) => ({
      ...change,
      isRecent: nowMs - (times.get(change.step.sequence) ?? 0) < recentMs,
    }))
  })

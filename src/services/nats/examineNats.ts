import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import type { ModelLimits } from "../../ModelLimits.ts"
import type { Settings } from "../../Settings.ts"
import { Store } from "../store/Store.ts"
import { eventsSpec } from "./eventsSpec.ts"
import { examineLimits, type LimitDifference } from "./examineLimits.ts"
import { Nats } from "./Nats.ts"
import type { NatsStatus } from "./NatsStatus.ts"
import { outboxTotals } from "./outboxLane.ts"
import { serversText } from "./serverAddress.ts"
import { missingFeatures } from "./serverFeatures.ts"
import { type QueueStatus, WorkQueue } from "./WorkQueue.ts"
import { untakenSubjects, untakenText } from "./untakenSubjects.ts"
import { runsSpec, workSpec, workStream } from "./workSpecs.ts"

/** How things stand with the fleet. */
export interface NatsExamination {
  /** Without what lets one in. */
  readonly servers: string
  /** Whether it can be worked with now. */
  readonly ok: boolean
  /** What is wrong, and what to do; null where nothing is. */
  readonly problem: string | null
  /** The member of the cluster that answered, and its version. */
  readonly server: string | null
  readonly version: string | null
  readonly clustered: boolean
  /** What is done without, because the server is too old for it. */
  readonly missing: ReadonlyArray<string>
  /** What of ours is there. */
  readonly streams: ReadonlyArray<StreamSummary>
  /** The runs that wait, and workers with a place free; null where none was ever submitted. */
  readonly work: QueueStatus | null
  /** Models with other limits here than on nodes that asked them lately; each node holds to its own. */
  readonly limits: ReadonlyArray<LimitDifference>
  /** Events that wait on this machine, and those that had to go; null where the store cannot be read. */
  readonly outbox: { readonly waiting: number; readonly waitingBytes: number; readonly dropped: number } | null
}

export interface StreamSummary {
  readonly name: string
  readonly messages: number
  readonly bytes: number
  readonly replicas: number
}

/** How long a server is waited for. */
const patience = "3 seconds"

/** Looks at the fleet, with what this machine would have it do; makes nothing. */
export const examineNats = ({
  nats: settings,
  limits,
}: Pick<Settings, "nats" | "limits">): Effect.Effect<NatsExamination, never, Store> =>
  Effect.gen(function* () {
    const store = yield* Store
    const outbox = yield* Effect.orElseSucceed(store.read(outboxTotals), () => null)
    const { status, found, work, differences } = yield* look(limits).pipe(
      Effect.provide(WorkQueue.layer.pipe(Layer.provideMerge(Nats.layer(settings, "doubletrack doctor")))),
      Effect.provideService(References.MinimumLogLevel, "None"),
    )
    const connected = status._tag === "Connected" ? status : null
    const problem = problemOf(status) ?? found.problem
    return {
      servers: serversText(settings.servers),
      ok: problem === null,
      problem,
      server: connected?.server ?? null,
      version: connected?.version ?? null,
      clustered: connected?.clustered ?? false,
      missing: connected === null ? [] : missingFeatures(connected.version),
      streams: found.streams,
      work,
      limits: differences,
      outbox,
    }
  })

const look = Effect.fnUntraced(function* (limits: ModelLimits) {
  const nats = yield* Nats
  yield* nats.statusChanges.pipe(
    Stream.takeUntil(({ _tag }) => _tag !== "Connecting"),
    Stream.runDrain,
    Effect.timeoutOption(patience),
  )
  const status = yield* nats.status
  const found = status._tag === "Connected" && status.jetStream ? yield* ourStreams : none
  const { streams } = found
  return { status, found, work: yield* workOf(streams), differences: yield* differencesOf(streams, limits) }
})

interface FoundStreams {
  readonly streams: ReadonlyArray<StreamSummary>
  /** Why they cannot be listed, or cannot be worked with. */
  readonly problem: string | null
}

const none: FoundStreams = { streams: [], problem: null }

const differencesOf = (streams: ReadonlyArray<StreamSummary>, limits: ModelLimits) =>
  streams.some(({ name }) => name === "KV_DOUBLETRACK_CALL_RATES")
    ? examineLimits(limits).pipe(
        Effect.timeoutOption(patience),
        Effect.map(Option.getOrElse((): ReadonlyArray<LimitDifference> => [])),
        Effect.catch(() => Effect.succeed<ReadonlyArray<LimitDifference>>([])),
      )
    : Effect.succeed<ReadonlyArray<LimitDifference>>([])

/** A queue that no worker has joined yet has nobody under way. */
const workOf = (streams: ReadonlyArray<StreamSummary>): Effect.Effect<QueueStatus | null, never, WorkQueue> => {
  const queue = streams.find(({ name }) => name === workStream)
  if (queue === undefined) return Effect.succeed(null)
  return WorkQueue.use(({ status }) => status).pipe(
    Effect.timeoutOption(patience),
    Effect.map(Option.getOrNull),
    Effect.catch(() => Effect.succeed({ waiting: queue.messages, underWay: 0, idleWorkers: 0 })),
  )
}

const ourStreams: Effect.Effect<FoundStreams, never, Nats> = Nats.use((nats) =>
  nats.use("listing the streams", async ({ manager }): Promise<FoundStreams> => {
    const specs = [eventsSpec(nats.settings), workSpec(nats.settings), runsSpec(nats.settings)]
    const found: Array<StreamSummary> = []
    const problems: Array<string> = []
    for await (const { config, state } of manager.streams.list()) {
      if (!/^((KV|OBJ)_)?DOUBLETRACK/.test(config.name)) continue
      found.push({
        name: config.name,
        messages: state.messages,
        bytes: state.bytes,
        replicas: config.num_replicas,
      })
      const wanted = specs.find(({ name }) => name === config.name)?.subjects ?? []
      const untaken = untakenSubjects(config.subjects ?? [], wanted)
      if (untaken.length > 0) problems.push(untakenText(config.name, untaken))
    }
    return {
      streams: found.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      problem: problems.length === 0 ? null : problems.join("; "),
    }
  }),
).pipe(
  Effect.timeoutOrElse({
    duration: patience,
    orElse: () => Effect.succeed<FoundStreams>({ streams: [], problem: "JetStream does not answer in time" }),
  }),
  Effect.catch(({ message }) => Effect.succeed<FoundStreams>({ streams: [], problem: message })),
)

const problemOf = (status: NatsStatus): string | null => {
  switch (status._tag) {
    case "Away":
      return status.problem
    case "Connected":
      return status.jetStream ? null : "the server runs without JetStream; start it with --jetstream"
    default:
      return "no answer in time"
  }
}

import type { NatsConnection } from "@nats-io/transport-node"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { NatsSettings } from "../../NatsSettings.ts"
import { connectionOptions } from "./connectionOptions.ts"
import type { OpenNats } from "./Nats.ts"
import { NatsError } from "./NatsError.ts"
import { natsErrorOf } from "./natsErrorOf.ts"
import { loadNats } from "./natsLibrary.ts"
import type { NatsStatus } from "./NatsStatus.ts"
import { sentence } from "./sentence.ts"
import { isSupported, oldestServer } from "./serverFeatures.ts"

/** What is to be connected, and who is told. */
export interface ConnectionTask {
  readonly settings: NatsSettings
  readonly name: string
  /** The servers, for people. */
  readonly where: string
  readonly status: SubscriptionRef.SubscriptionRef<NatsStatus>
  /** Told of each connection, and of each time that it is there again, before the status says so. */
  readonly opened: (nats: OpenNats) => void
  readonly lost: (problem: string) => void
}

const withoutJetStream =
  "the server runs without JetStream; nothing is shared until it is started with --jetstream. Events wait on disk."

/** How long what is on its way is waited for on closing. */
const farewell = "2 seconds"

const patience = Schedule.min([Schedule.exponential("250 millis"), Schedule.spaced("10 seconds")]).pipe(
  Schedule.jittered,
)

/** Connects in the background and holds the connection until the scope closes. The client mends lost connections; one that it gives up is made anew. */
export const keepConnected = Effect.fnUntraced(function* (task: ConnectionTask) {
  const { status, where } = task
  let connection: NatsConnection | null = null
  let said = ""
  yield* Effect.addFinalizer(() =>
    SubscriptionRef.set(status, { _tag: "Closed" }).pipe(
      Effect.andThen(connection === null ? Effect.void : leave(connection)),
    ),
  )

  const away = (problem: string) =>
    Effect.andThen(
      Effect.andThen(
        SubscriptionRef.set(status, { _tag: "Away", servers: where, problem }),
        Effect.sync(() => task.lost(problem)),
      ),
      Effect.suspend(() => {
        if (said === problem) return Effect.void
        said = problem
        const what = problem.startsWith("NATS ") ? problem : `NATS: ${problem}`
        return Effect.logWarning(`${sentence(what)} Runs go on; it is tried again.`)
      }),
    )

  const hold = Effect.fnUntraced(function* (nats: OpenNats) {
    connection = nats.connection
    const isThere = Effect.suspend(() => {
      task.opened(nats)
      said = ""
      return SubscriptionRef.set(status, connectedStatus(nats.connection))
    })
    yield* isThere
    if (nats.connection.info?.jetstream !== true) yield* Effect.logWarning(`NATS: ${withoutJetStream}`)
    const run = Effect.runPromiseWith(yield* Effect.context<never>())
    yield* Effect.promise(async () => {
      for await (const change of nats.connection.status()) {
        if (change.type === "reconnect") await run(isThere)
        if (change.type === "disconnect") await run(away(`the connection to ${change.server} was lost`))
        if (change.type === "close") return
      }
    })
    const why = yield* Effect.promise(() => nats.connection.closed())
    return yield* natsErrorOf(why ?? new Error("the client closed it"), "the connection is gone", where)
  })

  const attempt = Effect.flatMap(connect(task), hold)
  yield* attempt.pipe(
    Effect.tapError(({ message }) => away(message)),
    Effect.retry(patience),
    Effect.tapCause((cause) => Effect.logError("NATS is not connected any more.", cause)),
    Effect.forkScoped,
  )
})

const connect = ({ settings, name, where }: ConnectionTask): Effect.Effect<OpenNats, NatsError> =>
  Effect.tryPromise({
    try: async (signal) => {
      const library = await loadNats()
      const connection = await library.connect(await connectionOptions(settings, library, name))
      // Nobody would close it any more, and it would keep the process from ending.
      if (signal.aborted) await connection.close()
      const version = connection.info?.version ?? "unknown"
      if (!isSupported(version)) {
        await connection.close()
        throw new NatsError({
          reason: "unsupported",
          message: `${where}: the server is ${version}, too old; ${oldestServer} or newer is needed`,
        })
      }
      const jetstream = library.jetstream(connection)
      const manager = await library.jetstreamManager(connection, { checkAPI: false })
      return {
        connection,
        jetstream,
        manager,
        buckets: new library.Kvm(jetstream),
        objects: new library.Objm(jetstream),
        library,
      }
    },
    catch: (cause) => natsErrorOf(cause, "NATS cannot be reached", where),
  })

const leave = (connection: NatsConnection): Effect.Effect<void> =>
  Effect.promise(async () => {
    if (!connection.isClosed()) await connection.drain()
  }).pipe(
    Effect.timeoutOption(farewell),
    Effect.catchCause(() => Effect.void),
    Effect.andThen(Effect.promise(() => connection.close())),
  )

const connectedStatus = (connection: NatsConnection): NatsStatus => ({
  _tag: "Connected",
  server: connection.getServer(),
  version: connection.info?.version ?? "unknown",
  jetStream: connection.info?.jetstream ?? false,
  clustered: connection.info?.cluster !== undefined,
})

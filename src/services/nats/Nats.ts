import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream"
import type { Kvm } from "@nats-io/kv"
import type { Objm } from "@nats-io/obj"
import type { NatsConnection } from "@nats-io/transport-node"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { NatsSettings } from "../../NatsSettings.ts"
import { type ConnectionTask, keepConnected } from "./keepConnected.ts"
import { NatsError } from "./NatsError.ts"
import { natsErrorOf } from "./natsErrorOf.ts"
import type { NatsLibrary } from "./natsLibrary.ts"
import type { NatsStatus } from "./NatsStatus.ts"
import { serversText } from "./serverAddress.ts"

/** An open connection, and everything that is done over it. */
export interface OpenNats {
  readonly connection: NatsConnection
  readonly jetstream: JetStreamClient
  readonly manager: JetStreamManager
  readonly buckets: Kvm
  readonly objects: Objm
  readonly library: NatsLibrary
}

/**
 * The connection of this process to NATS: made in the background, made again for ever, given up with the scope. Nothing
 * waits for it that does not ask to.
 */
export class Nats extends Context.Service<
  Nats,
  {
    readonly settings: NatsSettings
    /** Whether there is a server to talk to, present or away. */
    readonly configured: boolean
    readonly status: Effect.Effect<NatsStatus>
    /** The status now, and whenever it changes. */
    readonly statusChanges: Stream.Stream<NatsStatus>
    /** Waits until there is a connection; for ever where no server is configured. */
    readonly connected: Effect.Effect<OpenNats>
    /** One piece of work, `what` in words. Fails at once where NATS is away, or goes away meanwhile. */
    readonly use: <A>(what: string, work: (nats: OpenNats) => Promise<A>) => Effect.Effect<A, NatsError>
  }
>()("doubletrack/services/nats/Nats") {
  /** `name` is how the server's own tools call this process. */
  static readonly layer = (settings: NatsSettings, name: string): Layer.Layer<Nats> =>
    Layer.effect(
      Nats,
      Effect.gen(function* () {
        const where = serversText(settings.servers)
        const configured = settings.servers.length > 0
        const status = yield* SubscriptionRef.make<NatsStatus>(
          configured ? { _tag: "Connecting", servers: where } : { _tag: "NotConfigured" },
        )
        let open: OpenNats | null = null
        let lost = Deferred.makeUnsafe<never, NatsError>()
        const task: ConnectionTask = {
          settings,
          name,
          where,
          status,
          opened: (nats) => {
            open = nats
            lost = Deferred.makeUnsafe()
          },
          lost: (problem) => Deferred.doneUnsafe(lost, Exit.fail(new NatsError({ reason: "away", message: problem }))),
        }
        if (configured) yield* keepConnected(task)

        const current = Effect.map(SubscriptionRef.get(status), (now) => (now._tag === "Connected" ? open : null))
        return Nats.of({
          settings,
          configured,
          status: SubscriptionRef.get(status),
          statusChanges: Stream.changes(SubscriptionRef.changes(status)),
          connected: SubscriptionRef.changes(status).pipe(
            Stream.mapEffect(() => current),
            Stream.filter((nats) => nats !== null),
            Stream.runHead,
            Effect.flatMap((found) => (found._tag === "Some" ? Effect.succeed(found.value) : Effect.never)),
          ),
          use: (what, work) =>
            Effect.flatMap(Effect.all([current, SubscriptionRef.get(status)]), ([nats, now]) =>
              nats === null
                ? Effect.fail(notThere(what, now))
                : Effect.raceFirst(
                    Effect.tryPromise({ try: () => work(nats), catch: (cause) => natsErrorOf(cause, what, where) }),
                    Deferred.await(lost),
                  ),
            ),
        })
      }),
    )
}

const notThere = (what: string, status: NatsStatus): NatsError => {
  switch (status._tag) {
    case "NotConfigured":
      return new NatsError({
        reason: "not_configured",
        message: `${what}: this needs NATS; name a server with --nats URL, NATS_URL or \`nats.servers\``,
      })
    case "Away":
      return new NatsError({ reason: "away", message: `${what}: ${status.problem}` })
    case "Connecting":
      return new NatsError({ reason: "away", message: `${what} (${status.servers}): not connected yet` })
    default:
      return new NatsError({ reason: "away", message: `${what}: the connection to NATS is closed` })
  }
}

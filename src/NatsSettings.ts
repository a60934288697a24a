import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const withDefault = <S extends Schema.Top & Schema.WithoutConstructorDefault>(schema: S, value: S["Encoded"]) =>
  Schema.withDecodingDefaultKey<S>(Effect.succeed(value))(schema)

const Count = Schema.Int.check(Schema.isGreaterThan(0))
const Positive = Schema.Finite.check(Schema.isGreaterThan(0))

/** One server; what is wrong with it is said without repeating it, since it may hold a password. */
const ServerUrl = Schema.String.check(
  Schema.makeFilter((url) => /^((nats|tls):\/\/)?([^/@\s]+@)?[^/@\s]+$/.test(url) || "expected nats://HOST:PORT"),
)

/** PEM files, relative to the config file that names them. */
const NatsTls = Schema.Struct({
  /** Who vouches for the server, where that is nobody whom the machine knows. */
  caFile: Schema.optionalKey(Schema.String),
  /** Who we are, where the server wants to know. */
  certFile: Schema.optionalKey(Schema.String),
  keyFile: Schema.optionalKey(Schema.String),
  /** For servers that are set to `handshake_first`. */
  handshakeFirst: withDefault(Schema.Boolean, false),
})

/** How a fleet is reached, and what it may keep there. Without servers there is no fleet. */
export const NatsSettings = Schema.Struct({
  /** `nats://HOST:PORT`, or `tls://…`; several are members of one cluster. */
  servers: withDefault(Schema.Array(ServerUrl), []),
  tls: Schema.optionalKey(NatsTls),
  /** A `.creds` file: a JWT and its seed. */
  credentialsFile: Schema.optionalKey(Schema.String),
  /** A file with an NKEY seed, `SU…`. */
  nkeySeedFile: Schema.optionalKey(Schema.String),
  token: Schema.optionalKey(Schema.String),
  user: Schema.optionalKey(Schema.String),
  password: Schema.optionalKey(Schema.String),
  /** Copies of what is kept; absent: 3 in a cluster that has as many servers, else 1. */
  replicas: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 }))),
  /** The stream of events; holds for a stream that is made, not for one that exists. */
  events: withDefault(
    Schema.Struct({
      maxAgeMs: withDefault(Positive, 30 * 24 * 3_600_000),
      maxBytes: withDefault(Count, 2 ** 30),
      /** For how long the server knows an event that it is sent twice. */
      duplicateWindowMs: withDefault(Positive, 300_000),
    }),
    {},
  ),
  /** Events that wait on this machine's disk while NATS is away; beyond it, the oldest are dropped and counted. */
  outbox: withDefault(
    Schema.Struct({ maxEvents: withDefault(Count, 100_000), maxBytes: withDefault(Count, 256 * 2 ** 20) }),
    {},
  ),
  /** Runs that any worker may carry out. */
  work: withDefault(
    Schema.Struct({
      /** Runs that one worker carries out at the same time. */
      concurrency: withDefault(Count, 4),
      /** Runs that one worker takes in a minute; absent: as many as there are. */
      perMinute: Schema.optionalKey(Positive),
      /** After so long without a sign of its worker, a run is taken over; holds for a queue that is made. */
      takeOverMs: withDefault(Positive, 30_000),
      /** For how long runs are kept, from the moment on in which they are submitted. */
      maxAgeMs: withDefault(Positive, 7 * 24 * 3_600_000),
      /** Of all that is kept of runs; those that have ended make room for new ones. */
      maxBytes: withDefault(Count, 2 ** 30),
    }),
    {},
  ),
  /** How many outcomes lie between two snapshots of the experiments. */
  snapshotEvery: withDefault(Count, 1000),
})
export type NatsSettings = typeof NatsSettings.Type

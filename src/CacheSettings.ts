import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const withDefault = <S extends Schema.Top & Schema.WithoutConstructorDefault>(schema: S, value: S["Encoded"]) =>
  Schema.withDecodingDefaultKey<S>(Effect.succeed(value))(schema)

const Count = Schema.Int.check(Schema.isGreaterThan(0))
const PositiveMs = Schema.Finite.check(Schema.isGreaterThan(0))

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How results of optimizations are kept, so that none is made twice. */
export const CacheSettings = Schema.Struct({
  /** `false`: nothing is looked up, and nothing kept. A step or a workflow says the same with `cache_enabled: false`. */
  enabled: withDefault(Schema.Boolean, true),
  memory: withDefault(
    Schema.Struct({ maxEntries: withDefault(Count, 500), maxBytes: withDefault(Count, 64 * 2 ** 20) }),
    {},
  ),
  /** In the embedded store. */
  disk: withDefault(Schema.Struct({ maxBytes: withDefault(Count, 256 * 2 ** 20) }), {}),
  /** On NATS; holds for buckets that are made, not for those that exist. */
  distributed: withDefault(Schema.Struct({ maxBytes: withDefault(Count, 256 * 2 ** 20) }), {}),
  ttlMs: withDefault(PositiveMs, 30 * dayMs),
  /** How long it is remembered that an optimization led to nothing better. */
  rejectedTtlMs: withDefault(PositiveMs, hourMs),
  /**
   * How long it is remembered that an optimization failed: long enough for all nodes that want it to find that out, and
   * short because a model that did not answer may do so soon.
   */
  failedTtlMs: withDefault(PositiveMs, 5 * minuteMs),
  /** How long it is remembered that nothing was found. */
  absentMs: withDefault(PositiveMs, 2000),
  /** How long entries of this machine are served while NATS is away, and an invalidation would not be heard. */
  awayMs: withDefault(PositiveMs, 300_000),
})
export type CacheSettings = typeof CacheSettings.Type

/** Whether models' answers are kept and given again to the same question. They lie in the store with their prompts. */
export const ResponseCacheSettings = Schema.Struct({
  enabled: withDefault(Schema.Boolean, false),
  ttlMs: withDefault(PositiveMs, dayMs),
  /** Whether they are shared over NATS, where there is one. */
  shared: withDefault(Schema.Boolean, true),
  memory: withDefault(
    Schema.Struct({ maxEntries: withDefault(Count, 1000), maxBytes: withDefault(Count, 32 * 2 ** 20) }),
    {},
  ),
  disk: withDefault(Schema.Struct({ maxBytes: withDefault(Count, 256 * 2 ** 20) }), {}),
  distributed: withDefault(Schema.Struct({ maxBytes: withDefault(Count, 256 * 2 ** 20) }), {}),
})
export type ResponseCacheSettings = typeof ResponseCacheSettings.Type

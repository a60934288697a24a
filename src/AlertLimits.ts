import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const withDefault = <S extends Schema.Top & Schema.WithoutConstructorDefault>(schema: S, value: S["Encoded"]) =>
  Schema.withDecodingDefaultKey<S>(Effect.succeed(value))(schema)

const AboveZero = Schema.Finite.check(Schema.isGreaterThan(0))

/** From where on the metrics of a step are worth an alert. All of them are asked of the last hour. */
export const AlertLimits = Schema.Struct({
  /** The share of a track's outcomes without an answer; 1 is never exceeded, and so means no alerts. */
  errorRate: withDefault(AboveZero.check(Schema.isLessThanOrEqualTo(1)), 0.2),
  /** How many times its mean so far a step may cost on average. */
  costRatio: withDefault(AboveZero, 3),
  /** What a step may cost on average, in USD; absent: whatever it does. */
  costUsd: Schema.optionalKey(AboveZero),
  /** Outcomes that it takes to raise an alert; of costs, outcomes of known price. */
  leastOutcomes: withDefault(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)), 20),
})
export type AlertLimits = typeof AlertLimits.Type

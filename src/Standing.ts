import * as Schema from "effect/Schema"
import { Track } from "./ExecutionMode.ts"

/** What an experiment knows when a step is routed. Differences are optimized minus traditional, in quality. */
export const Standing = Schema.Struct({
  /** Steps that ran both tracks by chance, whether they are evidence or not: all of them cost two answers. */
  pairs: Schema.Int,
  /** Judged outcomes, by assigned track; a pair counts for both. */
  outcomes: Schema.Struct({ traditional: Schema.Int, optimized: Schema.Int }),
  /** The estimated gain of the optimized track, held-out score included; null: nothing is known. */
  benefit: Schema.NullOr(Schema.Finite),
  /** Where the gain lies by traffic alone: 95 %, at any time one looks. */
  interval: Schema.Tuple([Schema.Finite, Schema.Finite]),
  /** The track that won, until drift reopens the question. */
  verdict: Schema.NullOr(Track),
  /** What the optimized track does too badly to be used, in words. */
  guardrail: Schema.NullOr(Schema.String),
  /** The share that a program has worked its way up to. */
  canaryShare: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
})
export type Standing = typeof Standing.Type

import * as Schema from "effect/Schema"
import { Example } from "../../Example.ts"
import { Program } from "../../Program.ts"

const Measured = Schema.Struct({
  scores: Schema.Array(Schema.Finite),
  costUsd: Schema.NullOr(Schema.Finite),
})

/** The result of an optimization: the program, and what has to be known to judge it again somewhere else. */
export const CachedOptimization = Schema.Struct({
  v: Schema.Literal(1),
  program: Program,
  /** Those that the program picks its demos from; null where it needs none. */
  rows: Schema.NullOr(Schema.Array(Example)),
  /** Mean score on the validation set, where selection looked at it. */
  validationScore: Schema.NullOr(Schema.Finite),
  /** On the same held-out rows, in their order. */
  baseline: Measured,
  optimized: Measured,
  inUse: Schema.NullOr(Schema.Struct({ programId: Schema.String, measured: Measured })),
})
export type CachedOptimization = typeof CachedOptimization.Type

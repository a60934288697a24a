import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { JsonObject } from "../../Json.ts"
import type { Signature } from "../../Signature.ts"

/** A metric that could not score: the user's module threw, or gave no number in [0, 1]. */
export class MetricError extends Schema.TaggedError<MetricError>()("MetricError", { message: Schema.String }) {}

/** An answer beside what was expected. */
export interface Judged {
  readonly inputs: JsonObject
  readonly expected: JsonObject
  readonly actual: JsonObject
  readonly signature: Signature
}

export interface Score {
  /** In [0, 1]. */
  readonly score: number
  /** What was wrong, in words; reflective optimizers read it. */
  readonly feedback?: string
}

/** Scores one answer. */
export interface Metric {
  readonly name: string
  /** What tells it from others of its name: the content of a module, the model of a judge. */
  readonly identity?: string
  readonly score: (judged: Judged) => Effect.Effect<Score, MetricError>
}

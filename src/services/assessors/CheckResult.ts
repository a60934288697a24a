import * as Schema from "effect/Schema"

/** What one check says of an answer. */
export interface CheckResult {
  /** In [0, 1]. */
  readonly score: number
  /** What was found wanting. */
  readonly note?: string
}

/** A check that could not be carried out, which says nothing about the answer. */
export class CheckFailure extends Schema.TaggedError<CheckFailure>()("CheckFailure", {
  /** One word for the kind of failure: what goes wrong for the same reason is said once. */
  reason: Schema.String,
  message: Schema.String,
}) {}

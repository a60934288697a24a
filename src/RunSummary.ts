import * as Schema from "effect/Schema"

/**
 * A run in a list of runs. `interrupted`: nobody is at it, and it can be resumed; `in_doubt`: a person has to say first
 * whether the step that it was interrupted in is run again.
 */
export const RunSummary = Schema.Struct({
  runId: Schema.String,
  workflow: Schema.String,
  status: Schema.Literals(["running", "interrupted", "in_doubt", "completed", "failed", "cancelled"]),
  /** ISO 8601, UTC. */
  startedAt: Schema.String,
  /** Of the steps that have ended, while it has not. */
  latencyMs: Schema.Finite,
  /** Null where a price is not known. */
  costUsd: Schema.NullOr(Schema.Finite),
})
export type RunSummary = typeof RunSummary.Type

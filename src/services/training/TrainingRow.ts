import * as Schema from "effect/Schema"
import { Example } from "../../Example.ts"

/** Where a row comes from: an answer that was judged, one that a person rated, or what a person says is right. */
export const TrainingSource = Schema.Literals(["outcome", "feedback", "expected"])
export type TrainingSource = typeof TrainingSource.Type

/** A row that a run in production left, with where it comes from. */
export const TrainingRow = Schema.Struct({
  ...Example.fields,
  provenance: Schema.Struct({
    source: TrainingSource,
    runId: Schema.String,
    step: Schema.String,
    workflow: Schema.String,
    /** ISO 8601, UTC. */
    at: Schema.String,
    /** Of the answer, in [0, 1]; 1 for what a person expects. */
    quality: Schema.Finite,
  }),
})
export type TrainingRow = typeof TrainingRow.Type

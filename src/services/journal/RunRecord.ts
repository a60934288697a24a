import * as Schema from "effect/Schema"
import { BudgetLimits } from "../../BudgetLimits.ts"
import { PipelineInput } from "../../PipelineInput.ts"
import type { RunEvent } from "../../RunEvent.ts"

/** What is known of a run without reading its events. Ids of runs sort by time. */
export const RunRecord = Schema.Struct({
  /** The version in which the run is written; see `journalFormat`. */
  v: Schema.Int,
  runId: Schema.String,
  workflow: Schema.String,
  /** The absolute path of the workflow; null for one written in TypeScript. */
  file: Schema.NullOr(Schema.String),
  /** ISO 8601, UTC. */
  startedAt: Schema.String,
  /** `running` until it has ended, whether or not anyone is at it. */
  status: Schema.Literals(["running", "completed", "failed", "cancelled"]),
  endedAt: Schema.NullOr(Schema.String),
  /** Null until it has ended. */
  latencyMs: Schema.NullOr(Schema.Finite),
  /** Null until it has ended, and where a price is not known. */
  costUsd: Schema.NullOr(Schema.Finite),
})
export type RunRecord = typeof RunRecord.Type

/** What a run is begun with: all that it takes to begin it again. */
export const RunBeginning = Schema.Struct({
  input: PipelineInput,
  /** The run's own limits. */
  budget: Schema.optionalKey(BudgetLimits),
  /** The models that its steps would have asked, by step. */
  models: Schema.Record(Schema.String, Schema.String),
  /** Where relative paths start. */
  workingDirectory: Schema.String,
})
export type RunBeginning = typeof RunBeginning.Type

/** The record of a run that ends with this event; null where it does not. */
export const recordAtEnd = (record: RunRecord, event: RunEvent): RunRecord | null => {
  switch (event._tag) {
    case "RunCompleted":
    case "RunFailed":
    case "RunCancelled": {
      const { at, latencyMs, usage } = event
      return { ...record, status: statuses[event._tag], endedAt: at, latencyMs, costUsd: usage.costUsd }
    }
    default:
      return null
  }
}

const statuses = { RunCompleted: "completed", RunFailed: "failed", RunCancelled: "cancelled" } as const

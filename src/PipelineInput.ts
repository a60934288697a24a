import * as Schema from "effect/Schema"
import { ExecutionMode } from "./ExecutionMode.ts"
import { JsonObject } from "./Json.ts"
import { RunSettings } from "./StepTask.ts"
import { Workflow } from "./Workflow.ts"

/** What one run is started with. JSON throughout: the same run can be started from it again. */
export const PipelineInput = Schema.Struct({
  runId: Schema.String,
  /** ISO 8601, UTC. */
  startedAt: Schema.String,
  workflow: Workflow,
  inputs: JsonObject,
  mode: Schema.optional(ExecutionMode),
  stepModes: Schema.Record(Schema.String, ExecutionMode),
  fallbackEnabled: Schema.optional(Schema.Boolean),
  killSwitch: Schema.Boolean,
  /** Whom the run is for: the same unit keeps its track. */
  unit: Schema.NullOr(Schema.String),
  seed: Schema.Int,
  settings: RunSettings,
})
export type PipelineInput = typeof PipelineInput.Type

import * as Schema from "effect/Schema"
import { ExecutionMode, Track } from "./ExecutionMode.ts"
import { JsonObject } from "./Json.ts"
import { Assignment, RouteReason, RouteTarget } from "./Route.ts"
import { FailureReason } from "./StepFailure.ts"
import { Tokens } from "./Usage.ts"

/** What happened to one step of a run. Times in ms, waiting for limits of models included; costs in USD, `null` where a price is unknown. */
export const StepReport = Schema.Struct({
  name: Schema.String,
  type: Schema.String,
  path: Schema.String,
  /** `null` for a step that never got to be routed. */
  route: Schema.NullOr(Schema.Struct({ to: RouteTarget, reason: RouteReason, propensity: Schema.Finite })),
  assigned: Schema.NullOr(Assignment),
  executed: Schema.NullOr(Track),
  fellBack: Schema.Boolean,
  skipped: Schema.Boolean,
  latencyMs: Schema.Finite,
  costUsd: Schema.NullOr(Schema.Finite),
  tokens: Tokens,
  quality: Schema.optionalKey(Schema.Finite),
  /** The file that the answer was written to. */
  outputFile: Schema.optionalKey(Schema.String),
})
export type StepReport = typeof StepReport.Type

/** The report on a finished run: what `run --json` prints and `run.result` resolves to. */
export const RunReport = Schema.Struct({
  runId: Schema.String,
  workflow: Schema.String,
  mode: ExecutionMode,
  status: Schema.Literals(["completed", "failed", "cancelled"]),
  /** What each completed or skipped step answered, by name. */
  results: Schema.Record(Schema.String, JsonObject),
  steps: Schema.Array(StepReport),
  /** `latencyMs` is what the steps took, one after the other, waiting for limits of models included. */
  totals: Schema.Struct({ latencyMs: Schema.Finite, costUsd: Schema.NullOr(Schema.Finite), tokens: Tokens }),
  error: Schema.optionalKey(
    Schema.Struct({ step: Schema.NullOr(Schema.String), reason: FailureReason, message: Schema.String }),
  ),
})
export type RunReport = typeof RunReport.Type

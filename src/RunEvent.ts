import * as Schema from "effect/Schema"
import * as Tuple from "effect/Tuple"
import { Arm } from "./Arm.ts"
import { FallbackStrategy } from "./DspyConfig.ts"
import { ExecutionMode, Track } from "./ExecutionMode.ts"
import { JsonObject } from "./Json.ts"
import { Observation } from "./Observation.ts"
import { Assignment, ModeSource, Route } from "./Route.ts"
import { FailureReason } from "./StepFailure.ts"
import { Usage } from "./Usage.ts"

const failure = { reason: FailureReason, message: Schema.String }
/** Of a step or a run, `latencyMs` is with what its calls waited for limits; an `Arm` of an `Observation` is without. */
const totals = { latencyMs: Schema.Finite, usage: Usage }

/** Which step a fact is about; absent on facts about the whole run. */
const ofStep = {
  step: Schema.String,
  /** Name of the step, behind those of the loops and pipelines around it: `review/draft`. */
  path: Schema.String,
}

const RunStarted = Schema.TaggedStruct("RunStarted", {
  mode: ExecutionMode,
  modeSource: ModeSource,
  seed: Schema.Int,
  steps: Schema.Array(Schema.Struct({ name: Schema.String, type: Schema.String })),
  /** Left out of published events unless asked for. */
  inputs: Schema.optionalKey(JsonObject),
})
/** A run that was interrupted goes on. */
const RunResumed = Schema.TaggedStruct("RunResumed", {
  /** The step that it goes on with, from its beginning; null where all had ended. */
  step: Schema.NullOr(Schema.String),
  /** Steps that had ended, and are not run again. */
  stepsDone: Schema.Int,
  /** 2 for the first time that a run is resumed. */
  attempt: Schema.Int,
  /** The process that was at it ended without leaving it to be resumed. */
  died: Schema.optionalKey(Schema.Literal(true)),
  /** Steps, and keys of the workflow, that its file says otherwise by now; the run goes on as it was begun. */
  changed: Schema.optionalKey(Schema.Array(Schema.String)),
})
const StepStarted = Schema.TaggedStruct("StepStarted", { ...ofStep, type: Schema.String })
const StepRouted = Schema.TaggedStruct("StepRouted", { ...ofStep, route: Route, seed: Schema.Int })
const ModelCalled = Schema.TaggedStruct("ModelCalled", {
  ...ofStep,
  track: Track,
  model: Schema.String,
  /** 1 for the first call, more for retries. */
  attempt: Schema.Int,
  ...totals,
  error: Schema.optionalKey(Schema.String),
  /** How long the limits of the model held it back before, where that was 10 ms or more; no part of `latencyMs`. */
  waitedMs: Schema.optionalKey(Schema.Finite),
  /** The answer was kept from the same question before: no model was asked. */
  cached: Schema.optionalKey(Schema.Literal(true)),
})
/** A call was refused before anything was spent; recorded once for each step and limit. */
const BudgetExceeded = Schema.TaggedStruct("BudgetExceeded", {
  ...ofStep,
  limit: Schema.Literals(["usd", "tokens", "calls"]),
  /** Whose limit it is. */
  budget: Schema.Literals(["run", "step", "workflow"]),
  allowed: Schema.Finite,
  /** Spent, or reserved for calls under way. */
  spent: Schema.Finite,
  track: Track,
})
const StepFellBack = Schema.TaggedStruct("StepFellBack", {
  ...ofStep,
  cause: Schema.Struct(failure),
  strategy: FallbackStrategy,
})
const TracksCompared = Schema.TaggedStruct("TracksCompared", {
  ...ofStep,
  traditional: Arm,
  optimized: Arm,
  winner: Schema.NullOr(Track),
  because: Schema.String,
  /** The arm that says nothing about its track, because it failed for a reason that is not the track's. */
  invalid: Schema.optionalKey(Track),
})
const StepCompleted = Schema.TaggedStruct("StepCompleted", {
  ...ofStep,
  assigned: Assignment,
  executed: Track,
  fellBack: Schema.Boolean,
  ...totals,
  quality: Schema.optionalKey(Schema.Finite),
  outputFile: Schema.optionalKey(Schema.String),
  /** What this says about the two tracks. */
  observation: Observation,
  /** Left out of published events unless asked for. */
  result: Schema.optionalKey(JsonObject),
  /** What later steps see beside the result; left out like it. */
  variables: Schema.optionalKey(JsonObject),
})
const StepSkipped = Schema.TaggedStruct("StepSkipped", { ...ofStep, because: Schema.String })
const StepFailed = Schema.TaggedStruct("StepFailed", {
  ...ofStep,
  ...failure,
  ...totals,
  /** Absent where the step was never routed. */
  observation: Schema.optionalKey(Observation),
})
const RunCompleted = Schema.TaggedStruct("RunCompleted", { ...totals })
const RunFailed = Schema.TaggedStruct("RunFailed", { step: Schema.NullOr(Schema.String), ...failure, ...totals })
const RunCancelled = Schema.TaggedStruct("RunCancelled", { step: Schema.NullOr(Schema.String), ...totals })

/** What happened, without saying when and where. The only thing that machines and services report. */
export const RunFact = Schema.Union([
  RunStarted,
  RunResumed,
  StepStarted,
  StepRouted,
  ModelCalled,
  BudgetExceeded,
  StepFellBack,
  TracksCompared,
  StepCompleted,
  StepSkipped,
  StepFailed,
  RunCompleted,
  RunFailed,
  RunCancelled,
])
export type RunFact = typeof RunFact.Type

/** Where and when a fact was recorded. */
export const EventEnvelope = Schema.Struct({
  v: Schema.Literal(1),
  /** Sortable by time, unique across nodes. */
  id: Schema.String,
  scope: Schema.Literals(["run", "system"]),
  runId: Schema.String,
  /** Position in the run, from 0, without gaps. */
  seq: Schema.Int,
  /** ISO 8601, UTC. */
  at: Schema.String,
  node: Schema.String,
  workflow: Schema.String,
})
export type EventEnvelope = typeof EventEnvelope.Type

/** One recorded fact: what streams, journals and pages consume. */
export const RunEvent = RunFact.mapMembers(Tuple.map(Schema.fieldsAssign(EventEnvelope.fields)))
export type RunEvent = typeof RunEvent.Type

export const isTerminal = (event: RunFact): boolean =>
  event._tag === "RunCompleted" || event._tag === "RunFailed" || event._tag === "RunCancelled"

import * as Schema from "effect/Schema"
import * as Tuple from "effect/Tuple"
import { EventEnvelope } from "./RunEvent.ts"

/** Which step of which workflow a fact is about. */
const ofStep = { workflow: Schema.String, step: Schema.String }

const OptimizationStarted = Schema.TaggedStruct("OptimizationStarted", {
  ...ofStep,
  optimizer: Schema.String,
  engine: Schema.Literals(["embedded", "dspy"]),
  model: Schema.String,
  metric: Schema.String,
  rows: Schema.Struct({ train: Schema.Int, validation: Schema.Int, heldOut: Schema.Int }),
  /** Calls of an interrupted start of the same job that are not paid for again. */
  recalledCalls: Schema.Int,
})
const OptimizationProgressed = Schema.TaggedStruct("OptimizationProgressed", {
  ...ofStep,
  phase: Schema.Literals(["baseline", "search", "held_out"]),
  /** Candidates tried. */
  trial: Schema.Int,
  /** Of how many, where that is known. */
  trials: Schema.optionalKey(Schema.Int),
  /** Best mean score on the validation rows; null before there is one. */
  bestScore: Schema.NullOr(Schema.Finite),
  note: Schema.String,
  calls: Schema.Int,
  costUsd: Schema.NullOr(Schema.Finite),
  /** Until the limit of time; absent without one. */
  timeLeftMs: Schema.optionalKey(Schema.Finite),
})
const ProgramCompiled = Schema.TaggedStruct("ProgramCompiled", {
  ...ofStep,
  programId: Schema.String,
  calls: Schema.Int,
  costUsd: Schema.NullOr(Schema.Finite),
})
const verdict = { ...ofStep, programId: Schema.String, reason: Schema.String }
const ProgramAdopted = Schema.TaggedStruct("ProgramAdopted", verdict)
const ProgramRejected = Schema.TaggedStruct("ProgramRejected", verdict)

/** What happened outside of runs, without saying when and on which node. */
export const SystemFact = Schema.Union([
  OptimizationStarted,
  OptimizationProgressed,
  ProgramCompiled,
  ProgramAdopted,
  ProgramRejected,
])
export type SystemFact = typeof SystemFact.Type

const { runId: _runId, seq: _seq, workflow: _workflow, ...envelope } = EventEnvelope.fields

/** One recorded fact outside of runs. */
export const SystemEvent = SystemFact.mapMembers(
  Tuple.map(Schema.fieldsAssign({ ...envelope, scope: Schema.Literal("system") })),
)
export type SystemEvent = typeof SystemEvent.Type

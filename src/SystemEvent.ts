import * as Schema from "effect/Schema"
import * as Tuple from "effect/Tuple"
import { Track } from "./ExecutionMode.ts"
import { Drift } from "./Experiment.ts"
import { Observation } from "./Observation.ts"
import { Recommendation } from "./Recommendation.ts"
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

/** The experiment that a fact is about, by its key. */
const ofExperiment = { ...ofStep, experiment: Schema.String, programId: Schema.String }

const ExperimentDecided = Schema.TaggedStruct("ExperimentDecided", {
  ...ofExperiment,
  winner: Track,
  because: Schema.String,
  /** Observations that it took. */
  n: Schema.Int,
  eValue: Schema.Finite,
  interval: Schema.Tuple([Schema.Finite, Schema.Finite]),
})
const ExperimentReopened = Schema.TaggedStruct("ExperimentReopened", {
  ...ofExperiment,
  winner: Track,
  drift: Drift,
  because: Schema.String,
})
const RecommendationMade = Schema.TaggedStruct("RecommendationMade", { ...ofExperiment, ...Recommendation.fields })
const ProgramRolledBack = Schema.TaggedStruct("ProgramRolledBack", {
  ...verdict,
  /** The program that holds in its place now. */
  replacedBy: Schema.NullOr(Schema.String),
})
/** The score as an observation, and what the experiment was told of the answer when it came. */
const Judgement = Schema.Struct({
  path: Schema.String,
  observation: Observation,
  rounding: Schema.Finite,
  epoch: Schema.Int,
})
/** Nothing that was made for a signature before is used any more. */
const ProgramInvalidated = Schema.TaggedStruct("ProgramInvalidated", {
  signatureHash: Schema.String,
  /** Those that were in use on this node, by id. */
  programs: Schema.Array(Schema.String),
  /** Where it was asked for: on this node, or on another one of the fleet. */
  by: Schema.Literals(["here", "elsewhere"]),
})
const FeedbackReceived = Schema.TaggedStruct("FeedbackReceived", {
  ...ofStep,
  /** Tells feedback apart: the same one counts once. */
  feedback: Schema.String,
  ofRun: Schema.String,
  score: Schema.Finite,
  /** Whether an experiment counted it, or will as soon as the fleet has it. */
  counted: Schema.Boolean,
  /** What every node of a fleet needs to count it. */
  judgement: Schema.optionalKey(Judgement),
})
const BreakerOpened = Schema.TaggedStruct("BreakerOpened", {
  ...ofStep,
  programId: Schema.String,
  because: Schema.String,
  /** ISO 8601; one step may try again from then on. */
  until: Schema.String,
})
const BreakerClosed = Schema.TaggedStruct("BreakerClosed", { ...ofStep, programId: Schema.String })
const AlertRaised = Schema.TaggedStruct("AlertRaised", {
  ...ofStep,
  alert: Schema.Literals(["error_rate", "cost", "drift", "guardrail"]),
  /** What is the matter, and since when. */
  message: Schema.String,
})

/** What happened outside of runs, without saying when and on which node. */
export const SystemFact = Schema.Union([
  OptimizationStarted,
  OptimizationProgressed,
  ProgramCompiled,
  ProgramAdopted,
  ProgramRejected,
  ProgramRolledBack,
  ProgramInvalidated,
  ExperimentDecided,
  ExperimentReopened,
  RecommendationMade,
  FeedbackReceived,
  BreakerOpened,
  BreakerClosed,
  AlertRaised,
])
export type SystemFact = typeof SystemFact.Type

const { runId: _runId, seq: _seq, workflow: _workflow, ...envelope } = EventEnvelope.fields

/** One recorded fact outside of runs. */
export const SystemEvent = SystemFact.mapMembers(
  Tuple.map(Schema.fieldsAssign({ ...envelope, scope: Schema.Literal("system") })),
)
export type SystemEvent = typeof SystemEvent.Type

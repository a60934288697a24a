import * as Schema from "effect/Schema"
import { ExecutionMode } from "./ExecutionMode.ts"

/** Where the mode of a step was said, strongest first. */
export const ModeSource = Schema.Literals(["kill_switch", "step_override", "step", "run", "workflow", "default"])
export type ModeSource = typeof ModeSource.Type

/** The mode of a step and who said so. */
export const ModeDecision = Schema.Struct({ mode: ExecutionMode, source: ModeSource })
export type ModeDecision = typeof ModeDecision.Type

/** Everything a routing decision rests on. Same facts, same route. */
export const RouteFacts = Schema.Struct({
  mode: ExecutionMode,
  modeSource: ModeSource,
  hasSignature: Schema.Boolean,
  /** False only where the step's own `dspy_config` says so. */
  optimizationEnabled: Schema.Boolean,
  /** The adopted program of this step's signature. */
  programId: Schema.NullOr(Schema.String),
  /** Whether the optimized track can answer at all just now. */
  optimizedAvailable: Schema.Boolean,
  /** Whether the step itself lists tools that write. */
  sideEffects: Schema.Boolean,
  intelligentRouting: Schema.Boolean,
  abTestingEnabled: Schema.Boolean,
  /** A uniform draw from [0, 1), taken from the run's seed and the step's path. */
  draw: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMaximum: true })),
})
export type RouteFacts = typeof RouteFacts.Type

/** The state a step goes to. */
export const RouteTarget = Schema.Literals(["traditional", "optimized", "comparing", "fallback"])
export type RouteTarget = typeof RouteTarget.Type

export const RouteReason = Schema.Literals([
  "no_signature",
  "mode_traditional",
  "kill_switch",
  "optimization_disabled",
  "mode_optimized",
  "mode_evaluation",
  "dspy_unavailable",
  "no_program",
  "not_intelligent",
  "side_effects",
  "undecided",
  "ab_testing_off",
])
export type RouteReason = typeof RouteReason.Type

/** The track drawn for a step; `both` when the tracks are compared. */
export const Assignment = Schema.Literals(["traditional", "optimized", "both"])
export type Assignment = typeof Assignment.Type

/** A routing decision. */
export const Route = Schema.Struct({
  to: RouteTarget,
  reason: RouteReason,
  /** The reason in words, for people. */
  because: Schema.String,
  assigned: Assignment,
  /** The probability with which these facts, draw aside, lead here. */
  propensity: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
  facts: RouteFacts,
})
export type Route = typeof Route.Type

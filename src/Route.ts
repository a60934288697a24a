import * as Schema from "effect/Schema"
import { ExecutionMode } from "./ExecutionMode.ts"
import { ExperimentSubject } from "./ExperimentSubject.ts"
import { RoutingPolicy, Share } from "./RoutingPolicy.ts"
import { Standing } from "./Standing.ts"

/** Where the mode of a step was said, strongest first. */
export const ModeSource = Schema.Literals(["kill_switch", "step_override", "step", "run", "workflow", "default"])
export type ModeSource = typeof ModeSource.Type

/** The mode of a step and who said so. */
export const ModeDecision = Schema.Struct({ mode: ExecutionMode, source: ModeSource })
export type ModeDecision = typeof ModeDecision.Type

/** The health of an optimized track: open after failures in a row, half open when one step may try again. */
export const BreakerState = Schema.Literals(["closed", "open", "half_open"])
export type BreakerState = typeof BreakerState.Type

/** What a person has ordered for the experiment of a step. */
export const ExperimentControl = Schema.Literals(["running", "paused", "pinned_traditional", "pinned_optimized"])
export type ExperimentControl = typeof ExperimentControl.Type

/** What budgets leave; null: no limit. */
export const BudgetLeft = Schema.Struct({
  usd: Schema.NullOr(Schema.Finite),
  tokens: Schema.NullOr(Schema.Finite),
  calls: Schema.NullOr(Schema.Finite),
})
export type BudgetLeft = typeof BudgetLeft.Type

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
  breaker: BreakerState,
  /** Whether the step itself lists tools that write. */
  sideEffects: Schema.Boolean,
  control: ExperimentControl,
  policy: RoutingPolicy,
  /** Null where there is no program to set against the prompt. */
  subject: Schema.NullOr(ExperimentSubject),
  /** Null where nothing was observed yet. */
  standing: Schema.NullOr(Standing),
  budgetLeft: BudgetLeft,
  /** Whether the budgets leave enough for both tracks. */
  comparisonAffordable: Schema.Boolean,
  /** A hash of the user-given unit of assignment: the same unit keeps its track. Null: every step is drawn anew. */
  unit: Schema.NullOr(Schema.String),
  /** A uniform draw from [0, 1): of the unit where there is one, else of the run's seed and the step's path. */
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
  "side_effects",
  "not_intelligent",
  "pinned",
  "paused",
  "guardrail",
  "optimized_won",
  "traditional_won",
  "promising",
  "ab_test",
  "exploration",
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
  /** The probability with which these facts, draw aside, lead to this assignment. */
  propensity: Share,
  /**
   * The probability that a step that runs one track is assigned the optimized one; null where chance did not decide, so
   * that what comes of it is no evidence.
   */
  share: Schema.NullOr(Share),
  facts: RouteFacts,
})
export type Route = typeof Route.Type

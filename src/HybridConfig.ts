import * as Schema from "effect/Schema"
import { BudgetConfig } from "./BudgetLimits.ts"
import { FallbackStrategy } from "./DspyConfig.ts"
import { ExecutionMode } from "./ExecutionMode.ts"
import { Guardrails, Share } from "./RoutingPolicy.ts"

/** `hybrid_config` of a workflow. */
export const HybridConfig = Schema.Struct({
  mode: Schema.optionalKey(ExecutionMode),
  /** `false`: no estimate, the optimized track wherever a program is adopted. Default true. */
  intelligent_routing: Schema.optionalKey(Schema.Boolean),
  /** `false`: undecided steps are not compared. Default true. */
  ab_testing_enabled: Schema.optionalKey(Schema.Boolean),
  /** The least gain in quality that is worth switching for. Default 0.1. */
  performance_threshold: Schema.optionalKey(Share),
  /** `false`: a failing optimized track fails the step. Default true. */
  fallback_enabled: Schema.optionalKey(Schema.Boolean),
  fallback_strategy: Schema.optionalKey(FallbackStrategy),
  /** The share of steps that the losing track keeps, so that drift is noticed. Default 0.02. */
  control_share: Schema.optionalKey(Share),
  /** The share of a program that is not thought to be worth it. Default 0.1. */
  exploration_share: Schema.optionalKey(Share),
  /** The share of steps that run both tracks once there are 50 pairs; 0: none ever does. Default 0.1. */
  comparison_budget: Schema.optionalKey(Share),
  /** What the optimized track loses its win for. Defaults 0.05, 2 and 0.25. */
  guardrails: Schema.optionalKey(
    Schema.Struct({
      success_rate_drop: Schema.optionalKey(Guardrails.fields.successRateDrop),
      cost_ratio: Schema.optionalKey(Guardrails.fields.costRatio),
      slow_share_rise: Schema.optionalKey(Guardrails.fields.slowShareRise),
    }),
  ),
  /** What model calls may use up; a call that does not fit fails its step with `budget_exceeded`. */
  budget: Schema.optionalKey(BudgetConfig),
})
export type HybridConfig = typeof HybridConfig.Type

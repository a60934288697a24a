import * as Schema from "effect/Schema"
import { FallbackStrategy } from "./DspyConfig.ts"
import { ExecutionMode } from "./ExecutionMode.ts"

/** A number from 0 to 1. */
export const Share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

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
})
export type HybridConfig = typeof HybridConfig.Type

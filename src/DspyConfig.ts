import * as Schema from "effect/Schema"
import { JsonObject } from "./Json.ts"
import { OptimizerName } from "./Program.ts"

/** What to do when the optimized track cannot answer. */
export const FallbackStrategy = Schema.Literals([
  "traditional",
  "cached_best_effort",
  "schedule_and_execute",
  "wait_and_retry",
  "error",
])
export type FallbackStrategy = typeof FallbackStrategy.Type

/** The optimizer that `evaluation_mode` names; `mipro` is `mipro_v2`, and `simba` and `copro` come with the DSPy engine only. */
const EvaluationMode = Schema.Literals([...OptimizerName.literals, "mipro"])

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const PositiveCount = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/** `dspy_config` of one step; what is absent here is taken from the workflow's. */
export const StepDspyConfig = Schema.Struct({
  optimization_enabled: Schema.optionalKey(Schema.Boolean),
  optimization_target: Schema.optionalKey(Schema.String),
  evaluation_mode: Schema.optionalKey(EvaluationMode),
  evaluation_metric: Schema.optionalKey(Schema.String),
  training_data_path: Schema.optionalKey(Schema.String),
  evaluation_data_path: Schema.optionalKey(Schema.String),
  few_shot_examples: Schema.optionalKey(Count),
  bootstrap_iterations: Schema.optionalKey(PositiveCount),
  cache_enabled: Schema.optionalKey(Schema.Boolean),
  /** Milliseconds that `wait_and_retry` waits at most. */
  max_wait_time: Schema.optionalKey(Count),
  fallback_strategy: Schema.optionalKey(FallbackStrategy),
  collect_training_data: Schema.optionalKey(Schema.Boolean),
})
export type StepDspyConfig = typeof StepDspyConfig.Type

/** How often a workflow's steps are optimized anew; `adaptive`: when their data grow or their answers drift. */
export const OptimizationFrequency = Schema.Literals(["daily", "weekly", "monthly", "adaptive"])
export type OptimizationFrequency = typeof OptimizationFrequency.Type

/** `dspy_config` of a workflow. Absent is absent: only an explicit `true` turns something on. */
export const DspyConfig = Schema.Struct({
  ...StepDspyConfig.fields,
  hybrid_mode: Schema.optionalKey(Schema.Boolean),
  optimization_frequency: Schema.optionalKey(OptimizationFrequency),
  training_size: Schema.optionalKey(Count),
  validation_size: Schema.optionalKey(Count),
  signatures: Schema.optionalKey(JsonObject),
})
export type DspyConfig = typeof DspyConfig.Type

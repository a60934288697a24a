import * as Schema from "effect/Schema"

/**
 * Why an optimization failed that others need not try again at once: what was to be had cannot be had now, for whoever
 * asks. What is wrong with an order, or with one machine, is not among it.
 */
export const PassingReason = Schema.Literals(["budget_exhausted", "model_failed", "worker_failed"])
export type PassingReason = typeof PassingReason.Type

/** That an optimization failed, for those who want the same. */
export const FailedOptimization = Schema.Struct({
  v: Schema.Literal(1),
  /** Tells one failure from the next. */
  id: Schema.String,
  reason: PassingReason,
  message: Schema.String,
})
export type FailedOptimization = typeof FailedOptimization.Type

import * as Schema from "effect/Schema"
import { Usage } from "./Usage.ts"

/**
 * Why a step could not be answered.
 *
 * `dspy_unavailable`: no program, package, worker or endpoint; `optimization_failed`: the program's
 * answer was unusable, refused, or the provider failed after retries; `timeout`: the deadline passed;
 * `authentication`, `configuration`, `invalid_input`, `output_unwritable`, `budget_exceeded`: not
 * ours to absorb; `model_failed`: the provider failed a traditional step after retries;
 * `invalid_answer`: the answer does not have the outputs that the signature promises; `defect`: a bug
 * in an executor.
 */
export const FailureReason = Schema.Literals([
  "dspy_unavailable",
  "optimization_failed",
  "timeout",
  "authentication",
  "configuration",
  "invalid_input",
  "output_unwritable",
  "budget_exceeded",
  "model_failed",
  "invalid_answer",
  "defect",
])
export type FailureReason = typeof FailureReason.Type

/** A typed failure of one step. `message` says what, where and what to do. */
export class StepFailure extends Schema.TaggedError<StepFailure>()("StepFailure", {
  reason: FailureReason,
  message: Schema.String,
  /** What was spent before the failure; absent: nothing. */
  usage: Schema.optionalKey(Usage),
}) {}

import type { Track } from "../../ExecutionMode.ts"
import { type FailureReason, StepFailure } from "../../StepFailure.ts"
import { addUsage, noUsage, type Usage } from "../../Usage.ts"
import type { ModelError } from "../models/Models.ts"

/**
 * What a failed model call means for the step: mistakes in keys and configuration, and budgets that are used
 * up, stay what they are on both tracks; the rest is `model_failed` on the traditional track and, on the
 * optimized one, a reason that a fallback absorbs. `usage` is what the step had spent on other calls.
 */
export const modelFailure = (
  error: ModelError,
  { step, track, usage = noUsage }: { readonly step: string; readonly track: Track; readonly usage?: Usage },
): StepFailure =>
  new StepFailure({
    reason: failureReason(error.reason, track),
    message: `Step "${step}": ${error.message}`,
    usage: addUsage(usage, error.usage ?? noUsage),
  })

const failureReason = (reason: ModelError["reason"], track: Track): FailureReason => {
  switch (reason) {
    case "authentication":
    case "no_key":
      return "authentication"
    case "unknown_model":
    case "not_found":
    case "bad_request":
      return "configuration"
    case "timeout":
      return "timeout"
    case "budget_exceeded":
      return "budget_exceeded"
    case "unreachable":
      return track === "optimized" ? "dspy_unavailable" : "model_failed"
    case "context_too_long":
    case "refused":
    case "rate_limited":
    case "server_error":
    case "invalid_answer":
      return track === "optimized" ? "optimization_failed" : "model_failed"
  }
}

import * as Schema from "effect/Schema"
import type { ModelError } from "../../models/Models.ts"
import { Count } from "../stepOptions.ts"

/** `retry_config` of `claude_robust`. */
export const RetryConfig = Schema.Struct({
  /** Attempts after the first. Default 3. */
  max_retries: Schema.optionalKey(Count),
  /** Default exponential. */
  backoff_strategy: Schema.optionalKey(Schema.Literals(["exponential", "linear", "fixed"])),
  /** Default 1000. */
  base_delay_ms: Schema.optionalKey(Count),
  /** Default timeout, rate_limit and temporary_error. */
  retry_conditions: Schema.optionalKey(Schema.Array(Schema.String)),
  /** What to answer when nothing helped; absent: the step fails. */
  fallback_action: Schema.optionalKey(Schema.String),
})
export type RetryConfig = typeof RetryConfig.Type

const defaultConditions = ["timeout", "rate_limit", "temporary_error"]

/** Wait before the attempt after `attempt` failed ones, ms. */
export const backoffMs = ({ backoff_strategy, base_delay_ms = 1000 }: RetryConfig, attempt: number): number => {
  switch (backoff_strategy) {
    case "fixed":
      return base_delay_ms
    case "linear":
      return base_delay_ms * attempt
    default:
      return base_delay_ms * 2 ** (attempt - 1)
  }
}

/** Whether a condition names the failure's kind, or stands in its message as in the original. No attempt mends a budget. */
export const mayRetry = ({ retry_conditions = defaultConditions }: RetryConfig, error: ModelError): boolean =>
  error.reason !== "budget_exceeded" &&
  retry_conditions.some(
    (condition) =>
      kinds.get(condition)?.includes(error.reason) === true ||
      error.reason === condition ||
      error.message.toLowerCase().includes(condition.toLowerCase()),
  )

const kinds = new Map<string, ReadonlyArray<ModelError["reason"]>>([
  ["timeout", ["timeout"]],
  ["rate_limit", ["rate_limited"]],
  ["temporary_error", ["server_error", "unreachable"]],
  ["api_error", ["server_error", "unreachable", "rate_limited"]],
  ["parsing_error", ["invalid_answer"]],
])

import type { FallbackStrategy } from "../DspyConfig.ts"
import type { Unanswered } from "../Outcome.ts"
import { sideEffects } from "../sideEffects.ts"
import type { FailureReason } from "../StepFailure.ts"
import type { Step } from "../Step.ts"
import type { StepTask } from "../StepTask.ts"
import type { Workflow } from "../Workflow.ts"

/** What happens to a step whose optimized track cannot answer. */
export interface FallbackPolicy {
  readonly enabled: boolean
  readonly strategy: FallbackStrategy
  /** How long `wait_and_retry` waits at most. */
  readonly maxWaitMs: number
  /** Whether the step can write: what it began is never done again. */
  readonly sideEffects: boolean
}

const absorbed: ReadonlySet<FailureReason> = new Set([
  "dspy_unavailable",
  "optimization_failed",
  "invalid_answer",
  "timeout",
  "defect",
])

/** Whether another try takes over where the optimized track was not reached at all. */
export const isFallbackOpen = ({ enabled, strategy }: FallbackPolicy): boolean => enabled && strategy !== "error"

/** Whether another try takes over after this failure of the optimized track. Everything else propagates. */
export const fallsBack = (outcome: Pick<Unanswered, "failure" | "usage">, policy: FallbackPolicy): boolean =>
  isFallbackOpen(policy) && absorbed.has(outcome.failure.reason) && !(policy.sideEffects && hasBegun(outcome))

/** Nothing has begun where no program or endpoint was reached and nothing was used up. */
const hasBegun = ({ failure, usage: { tokens, costUsd } }: Pick<Unanswered, "failure" | "usage">): boolean =>
  failure.reason !== "dspy_unavailable" || tokens.input + tokens.output > 0 || costUsd !== 0

/** Whether a failure says something about the track, and not about keys, settings or money. */
export const isOwnFailure = (reason: FailureReason): boolean => absorbed.has(reason) || reason === "model_failed"

/** Whether something else than the traditional track is tried first. */
export const rescues = ({ strategy }: FallbackPolicy): boolean =>
  strategy === "cached_best_effort" || strategy === "wait_and_retry"

/** The policy of a step: the run's switch, then the step's strategy, then the workflow's. */
export const fallbackPolicy = (workflow: Workflow, step: Step, enabledByRun: boolean | undefined): FallbackPolicy => ({
  enabled: enabledByRun ?? workflow.hybrid_config?.fallback_enabled ?? true,
  strategy:
    step.dspy_config?.fallback_strategy ??
    workflow.hybrid_config?.fallback_strategy ??
    workflow.dspy_config?.fallback_strategy ??
    "traditional",
  maxWaitMs: step.dspy_config?.max_wait_time ?? workflow.dspy_config?.max_wait_time ?? 30_000,
  sideEffects: sideEffects(step),
})

/**
 * The task without its optimization settings. The signature stays: later steps read the same outputs,
 * whichever track answered.
 */
export const withoutOptimization = (task: StepTask): StepTask => {
  const { dspy_config, ...step } = task.step
  const settings = dspy_config?.cache_enabled === false ? { ...task.settings, cacheEnabled: false } : task.settings
  return { ...task, step, settings }
}

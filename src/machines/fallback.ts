import type { FallbackStrategy } from "../DspyConfig.ts"
import type { FailureReason } from "../StepFailure.ts"
import type { Step } from "../Step.ts"
import type { StepTask } from "../StepTask.ts"
import type { Workflow } from "../Workflow.ts"

/** What happens to a step whose optimized track cannot answer. */
export interface FallbackPolicy {
  readonly enabled: boolean
  readonly strategy: FallbackStrategy
}

const absorbed: ReadonlySet<FailureReason> = new Set([
  "dspy_unavailable",
  "optimization_failed",
  "invalid_answer",
  "timeout",
  "defect",
])

/** Whether the traditional track takes over after this failure of the optimized one. Everything else propagates. */
export const fallsBack = (reason: FailureReason, policy: FallbackPolicy): boolean =>
  policy.enabled && policy.strategy !== "error" && absorbed.has(reason)

/** Whether a failure says something about the track, and not about keys, settings or money. */
export const isOwnFailure = (reason: FailureReason): boolean => absorbed.has(reason) || reason === "model_failed"

/** The policy of a step: the run's switch, then the step's strategy, then the workflow's. */
export const fallbackPolicy = (workflow: Workflow, step: Step, enabledByRun: boolean | undefined): FallbackPolicy => ({
  enabled: enabledByRun ?? workflow.hybrid_config?.fallback_enabled ?? true,
  strategy:
    step.dspy_config?.fallback_strategy ??
    workflow.hybrid_config?.fallback_strategy ??
    workflow.dspy_config?.fallback_strategy ??
    "traditional",
})

/**
 * The task without its optimization settings. The signature stays: later steps read the same outputs,
 * whichever track answered.
 */
export const withoutOptimization = (task: StepTask): StepTask => {
  const { dspy_config: _, ...step } = task.step
  return { ...task, step }
}

import type { Signature } from "../../Signature.ts"
import type { Step } from "../../Step.ts"
import type { Workflow } from "../../Workflow.ts"

/** The metric of a step: what its `dspy_config` says, else the workflow's, else what its outputs suggest. */
export const stepMetricName = (workflow: Workflow, step: Step, signature: Signature): string =>
  step.dspy_config?.evaluation_metric ?? workflow.dspy_config?.evaluation_metric ?? defaultMetric(signature)

/** `json_fields` for several outputs, lists and objects; `f1` for free text; `exact_match` for labels, numbers and yes or no. */
export const defaultMetric = ({ outputs: [first, ...others] }: Signature): string => {
  if (others.length > 0 || first.type === "array" || first.type === "object") return "json_fields"
  return first.type === "string" ? "f1" : "exact_match"
}

import { signatureHash } from "../../../signatureHash.ts"
import type { Workflow } from "../../../Workflow.ts"
import type { ScheduledStep } from "./ScheduledStep.ts"
import type { WorkflowReference } from "./WorkflowReference.ts"

/** What a workflow says about when one of its steps is optimized anew. */
export type Scheduling = Pick<ScheduledStep, "workflow" | "step" | "signatureHash" | "frequency">

/** The steps with a signature of a workflow with a frequency, but for those that turn optimization off. */
export const scheduledBy = (
  { steps, dspy_config }: Workflow,
  workflow: WorkflowReference,
): ReadonlyArray<Scheduling> => {
  const frequency = dspy_config?.optimization_frequency
  if (frequency === undefined) return []
  return steps.flatMap(({ name: step, signature, dspy_config: own }) =>
    signature === undefined || (own?.optimization_enabled ?? dspy_config?.optimization_enabled) === false
      ? []
      : [{ workflow, step, signatureHash: signatureHash(signature), frequency }],
  )
}

export const isSameScheduling = (one: Scheduling, other: Scheduling): boolean =>
  one.workflow.file === other.workflow.file &&
  one.step === other.step &&
  one.signatureHash === other.signatureHash &&
  one.frequency === other.frequency

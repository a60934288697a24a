import { modelChoice } from "./services/executors/modelChoice.ts"
import type { ModelSources } from "./services/models/ModelSources.ts"
import { describeModelChoice } from "./services/models/resolveModel.ts"
import type { LoadedWorkflow } from "./Workflow.ts"

/** Which models answer the steps of a workflow, and why, in one line; empty where no step calls one. */
export const describeModels = (
  { workflow }: LoadedWorkflow,
  override: string | undefined,
  sources: ModelSources,
): string => {
  const lines = workflow.steps.flatMap((step) => {
    const choice = modelChoice(step, override)
    return choice === null ? [] : [describeModelChoice(choice, sources)]
  })
  return [...new Set(lines)].join("; ")
}

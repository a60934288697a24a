import * as Result from "effect/Result"
import { modelChoice } from "./services/executors/modelChoice.ts"
import type { ModelSources } from "./services/models/ModelSources.ts"
import { describeModelChoice, resolveModel } from "./services/models/resolveModel.ts"
import type { LoadedWorkflow } from "./Workflow.ts"

/**
 * Which models answer the steps of a workflow, and why, in one line; empty where no step calls one. A model that cannot
 * be called is left out: the run refuses it by name.
 */
export const describeModels = (
  { workflow }: LoadedWorkflow,
  override: string | undefined,
  sources: ModelSources,
): string => {
  const lines = workflow.steps.flatMap((step) => {
    const choice = modelChoice(step, override)
    if (choice === null || Result.isFailure(resolveModel(choice, sources))) return []
    return [describeModelChoice(choice, sources)]
  })
  return [...new Set(lines)].join("; ")
}

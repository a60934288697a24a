import { DspyConfig, StepDspyConfig } from "../../../DspyConfig.ts"
import { ExecutionMode } from "../../../ExecutionMode.ts"
import { HybridConfig } from "../../../HybridConfig.ts"
import { checkBudgetConfig } from "./checkBudget.ts"
import { checkUnusedSignatures } from "./checkUnusedSignatures.ts"
import { configFindings } from "./configFindings.ts"
import { errorAt, type DocumentPath, type Finding } from "../Finding.ts"
import { didYouMean } from "../suggestions.ts"
import { isAbsent, isMap, kindOf, listOf, type RawMap, textOf, valueOf } from "../rawValue.ts"
import { stepSignature } from "../signatures/stepSignature.ts"

/** The settings of optimization and routing: the workflow's, and each step's own. */
export const checkConfigs = (workflow: RawMap): ReadonlyArray<Finding> => [
  ...configFindings(DspyConfig, workflow["dspy_config"], ["workflow", "dspy_config"]),
  ...configFindings(HybridConfig, workflow["hybrid_config"], ["workflow", "hybrid_config"]),
  ...checkBudgetConfig(valueOf(workflow["hybrid_config"], "budget"), ["workflow", "hybrid_config", "budget"]),
  ...listOf(workflow, "steps").flatMap((step, index) =>
    isMap(step) ? checkStepConfig(step, workflow, ["workflow", "steps", index]) : [],
  ),
  ...checkUnusedSignatures(workflow),
]

const checkStepConfig = (step: RawMap, workflow: RawMap, path: DocumentPath): ReadonlyArray<Finding> => [
  ...configFindings(StepDspyConfig, step["dspy_config"], [...path, "dspy_config"]),
  ...checkMode(step["execution_mode"], [...path, "execution_mode"]),
  ...stepSignature(step, workflow, path).findings,
]

const checkMode = (mode: unknown, path: DocumentPath): ReadonlyArray<Finding> => {
  if (isAbsent(mode) || isMode(mode)) return []
  const hint = didYouMean(textOf(mode), ExecutionMode.literals)
  return [errorAt(path, `'execution_mode' is ${kindOf(mode)}.${hint} Allowed: ${ExecutionMode.literals.join(", ")}.`)]
}

export const isMode = (mode: unknown): mode is ExecutionMode => ExecutionMode.literals.some((known) => known === mode)

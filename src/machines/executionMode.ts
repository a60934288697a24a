import type { ExecutionMode } from "../ExecutionMode.ts"
import type { ModeDecision } from "../Route.ts"
import type { Workflow } from "../Workflow.ts"

/** Everyone who may have said how a step is to be executed. */
export interface ModeSayings {
  readonly killSwitch: boolean
  /** `--step-mode step=mode` */
  readonly stepOverride?: ExecutionMode | undefined
  /** `execution_mode` of the step */
  readonly step?: ExecutionMode | undefined
  /** `--mode` */
  readonly run?: ExecutionMode | undefined
  readonly workflow: ModeDecision
}

/** The mode of a step: kill switch > step override > the step itself > the run > the workflow. */
export const resolveMode = (said: ModeSayings): ModeDecision => {
  if (said.killSwitch) return { mode: "traditional", source: "kill_switch" }
  if (said.stepOverride !== undefined) return { mode: said.stepOverride, source: "step_override" }
  if (said.step !== undefined) return { mode: said.step, source: "step" }
  if (said.run !== undefined) return { mode: said.run, source: "run" }
  return said.workflow
}

/** What a workflow itself says. An absent key says nothing, and only an explicit `true` turns something on. */
export const workflowMode = ({ dspy_config: dspy, hybrid_config: hybrid }: Workflow): ModeDecision => {
  if (hybrid?.mode !== undefined) return { mode: hybrid.mode, source: "workflow" }
  if (dspy?.hybrid_mode === true) return { mode: "hybrid", source: "workflow" }
  if (dspy?.optimization_enabled === true) return { mode: "dspy_optimized", source: "workflow" }
  return { mode: "traditional", source: "default" }
}

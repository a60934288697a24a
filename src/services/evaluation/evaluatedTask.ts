import type { Example } from "../../Example.ts"
import type { Signature } from "../../Signature.ts"
import type { Step } from "../../Step.ts"
import type { RunSettings, StepTask } from "../../StepTask.ts"
import type { Workflow } from "../../Workflow.ts"
import { exampleScope } from "../optimization/exampleScope.ts"
import type { EvaluatedMode } from "./EvaluationReport.ts"

/** A step with a signature, and what its tasks have in common. */
export interface StepUnderEvaluation {
  readonly workflow: Workflow
  readonly step: Step
  readonly signature: Signature
  readonly settings: RunSettings
  readonly run: { readonly id: string; readonly startedAt: string }
}

/**
 * The step as a task for one row. Its condition does not count, and no file is written. The optimized mode takes the
 * row's inputs as they are, whatever templates the signature has.
 */
export const evaluatedTask = (evaluated: StepUnderEvaluation, example: Example, mode: EvaluatedMode): StepTask => {
  const { workflow, signature, settings, run } = evaluated
  const { condition: _condition, output_to_file: _file, ...step } = evaluated.step
  const scope =
    mode === "traditional" ? exampleScope(signature, example) : { inputs: example.inputs, results: {}, variables: {} }
  return {
    runId: run.id,
    workflow: workflow.name,
    step: { ...step, signature: mode === "traditional" ? signature : withoutTemplates(signature) },
    path: step.name,
    scope: { ...scope, globalVars: workflow.global_vars ?? {}, run },
    settings,
  }
}

const withoutTemplates = (signature: Signature): Signature => {
  const [first, ...others] = signature.inputs
  return { ...signature, inputs: [withoutTemplate(first), ...others.map(withoutTemplate)] }
}

const withoutTemplate = ({ template: _template, ...field }: Signature["inputs"][0]): Signature["inputs"][0] => field

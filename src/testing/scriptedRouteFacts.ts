import { resolveMode } from "../machines/executionMode.ts"
import type { StepInput } from "../machines/stepContext.ts"
import type { RouteFacts } from "../Route.ts"
import type { Signature } from "../Signature.ts"
import { signatureHash } from "../signatureHash.ts"
import { sideEffects } from "../sideEffects.ts"
import type { StepTask } from "../StepTask.ts"
import { type ProgramFacts, withoutProgram } from "./ProgramFacts.ts"
import type { StepScript } from "./RunScript.ts"

/** What a step is routed on in a made-up run: the script's program, and of everything else the truth. */
export const scriptedRouteFacts = (
  { task, modes, routing, unit }: StepInput,
  { program, draw }: StepScript,
  killSwitch: boolean,
): RouteFacts => {
  const { mode, source } = resolveMode({ ...modes, killSwitch })
  const { signature, dspy_config } = task.step
  return {
    mode,
    modeSource: source,
    hasSignature: signature !== undefined,
    optimizationEnabled: dspy_config?.optimization_enabled ?? true,
    sideEffects: sideEffects(task.step),
    policy: routing,
    unit,
    draw,
    ...(signature === undefined || mode === "traditional"
      ? withoutProgram(program.budgetLeft)
      : programOf(program, task, signature)),
  }
}

const programOf = (program: ProgramFacts, { workflow, step }: StepTask, signature: Signature): ProgramFacts => {
  if (program.subject === null) return program
  const { quality } = step
  const judging = { assessor: quality === undefined ? null : JSON.stringify(quality), delayed: isDelayed(quality) }
  const subject = { ...program.subject, workflow, step: step.name, signatureHash: signatureHash(signature), ...judging }
  return { ...program, subject }
}

const isDelayed = (quality: StepTask["step"]["quality"]): boolean => quality?.includes("feedback") ?? false

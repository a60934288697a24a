import type { WorkflowInput } from "../../src/Workflow.ts"
import { programOf, signatureOf } from "./givenPrograms.ts"

type Step = WorkflowInput["steps"][0]

/** A workflow of one step with a signature. */
export const oneStep = (step: Partial<Step> = {}, hybrid: WorkflowInput["hybrid_config"] = {}): WorkflowInput => ({
  name: "triage",
  hybrid_config: { mode: "hybrid", ...hybrid },
  steps: [
    {
      name: "sort",
      type: "claude",
      prompt: [{ type: "static", content: "What does {{inputs.message}} want?" }],
      signature: signatureOf("sort"),
      ...step,
    },
  ],
})

export const inputs = { message: "money back" }

/** The program of that step. */
export const sortProgram = programOf({ workflow: "triage", step: "sort", instructions: "As it is said now:" })

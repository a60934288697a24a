import { missingInputs } from "./language/missingInputs.ts"
import type { RunOptions } from "./Run.ts"
import { shellWord } from "./shellWord.ts"
import type { LoadedWorkflow } from "./Workflow.ts"

/** What a run lacks, a line each. Steps without a condition run for certain; what their prompts ask for is missed before anything is spent. */
export const missingInputsText = (
  { workflow }: LoadedWorkflow,
  { inputs = {}, strictCompat = false }: Pick<RunOptions, "inputs" | "strictCompat">,
): ReadonlyArray<string> => {
  const certain = workflow.steps.filter(({ condition }) => condition === undefined)
  const missing = strictCompat ? [] : missingInputs(certain, inputs)
  return missing.map(
    (name) => `input "${name}" is not given: pass --input ${shellWord(name)}=… or inputs: { ${name}: … }`,
  )
}

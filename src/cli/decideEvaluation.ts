import * as Effect from "effect/Effect"
import { type InputError, refuse } from "../InputError.ts"
import { workflowMode } from "../machines/executionMode.ts"
import type { Workflow } from "../Workflow.ts"
import { givenForRuns, type RunFlags } from "./runFlags.ts"

/** Whether `run` is to measure a pipeline on a data set, by the mode given, else by its own. Flags of the other kind are refused. */
export const decideEvaluation = (workflow: Workflow, flags: RunFlags): Effect.Effect<boolean, InputError> => {
  const mode = flags.mode.mode ?? workflowMode(workflow).mode
  const isEvaluation = mode === "evaluation" && !flags.dryRun
  const misplaced = isEvaluation ? givenForRuns(flags).join(", ") : ""
  if (misplaced !== "") {
    return refuse(
      `${misplaced}: mode evaluation measures steps on a data set and runs no pipeline; leave this out, or choose another --mode`,
    )
  }
  if (isEvaluation || flags.dataset.dataset === undefined) return Effect.succeed(isEvaluation)
  return refuse(
    flags.dryRun
      ? "--dataset: --dry-run prints the prompts for --input and --inputs, and reads no data set"
      : `--dataset: mode ${mode} runs the pipeline on --input and --inputs; add --mode evaluation to measure it on a data set`,
  )
}

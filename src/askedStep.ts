import * as Effect from "effect/Effect"
import type { AskedStep } from "./collectContent.ts"
import { signatureInputs } from "./services/executors/signatureInputs.ts"
import type { StepTask } from "./StepTask.ts"
import type { Workflow } from "./Workflow.ts"

/** What a step is asked, where training data are to be collected from it; null where not, or where its inputs are not there. */
export const askedStep = (task: StepTask, workflow: Workflow | undefined): Effect.Effect<AskedStep | null> => {
  const { signature, dspy_config: own } = task.step
  const collects = own?.collect_training_data ?? workflow?.dspy_config?.collect_training_data ?? false
  return !collects || signature === undefined
    ? Effect.succeed(null)
    : signatureInputs(signature, task).pipe(
        Effect.map((inputs): AskedStep => ({ signature, inputs })),
        Effect.orElseSucceed(() => null),
      )
}

import type { JsonObject } from "../../Json.ts"
import type { StepTask } from "../../StepTask.ts"
import type { Usage } from "../../Usage.ts"
import { signatureOutputs } from "./signatureOutputs.ts"
import type { StepAnswer } from "./TrackExecutor.ts"

/**
 * The answer of a step whose model said `text`: `success`, `text`, `cost` (USD, null when unknown),
 * `model`, then the type's own keys, and `outputs` where the step has a signature.
 */
export const stepAnswer = (
  task: StepTask,
  { text, model, usage }: { readonly text: string; readonly model: string | null; readonly usage: Usage },
  own: JsonObject = {},
): StepAnswer => ({
  result: {
    success: true,
    text,
    cost: usage.costUsd,
    model,
    ...own,
    ...(task.step.signature === undefined ? {} : { outputs: signatureOutputs(task.step.signature, text) }),
  },
  usage,
})

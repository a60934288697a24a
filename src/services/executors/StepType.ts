import type * as Effect from "effect/Effect"
import type { PromptPart } from "../../PromptPart.ts"
import type { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import type { Models } from "../models/Models.ts"
import type { Prompts } from "../prompts/Prompts.ts"
import type { StepAnswer } from "./TrackExecutor.ts"

/** One prompt that a step sends. */
export interface StepPrompt {
  /** Id of the task, in steps that send several. */
  readonly part?: string
  readonly parts: ReadonlyArray<PromptPart>
}

/** How steps of one type are executed. Both functions take a task whose templates are filled in. */
export interface StepType {
  /** The prompts that the step would send, in order. */
  readonly prompts: (task: StepTask) => Effect.Effect<ReadonlyArray<StepPrompt>, StepFailure>
  /** Interruption aborts the model calls. */
  readonly execute: (task: StepTask) => Effect.Effect<StepAnswer, StepFailure, Models | Prompts>
}

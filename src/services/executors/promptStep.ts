import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { JsonObject } from "../../Json.ts"
import type { StepTask } from "../../StepTask.ts"
import type { ModelAnswer } from "../models/Models.ts"
import { Prompts } from "../prompts/Prompts.ts"
import { askModel, type Question } from "./askModel.ts"
import { modelFailure } from "./modelFailure.ts"
import type { StepType } from "./StepType.ts"
import { stepAnswer } from "./stepAnswer.ts"
import { stepOptions } from "./stepOptions.ts"
import { stepPrompt } from "./stepPrompt.ts"

/** What tells one type of single-prompt steps from another. */
export interface PromptStep<S extends Schema.Codec<unknown, unknown>> {
  /** The step's own keys. */
  readonly options: S
  readonly question: (prompt: string, options: S["Type"], task: StepTask) => Question
  /** The type's own keys in the result; may replace `text`. */
  readonly result: (answer: ModelAnswer, options: S["Type"], task: StepTask) => Effect.Effect<JsonObject>
}

/** A step type that renders its prompt, asks once and adds its own keys to the result. */
export const promptStep = <S extends Schema.Codec<unknown, unknown>>(type: PromptStep<S>): StepType => ({
  prompts: (task) => Effect.map(stepPrompt(task), (parts) => [{ parts }]),
  execute: Effect.fnUntraced(function* (task) {
    const prompts = yield* Prompts
    const options = yield* stepOptions(type.options, task.step)
    const { prompt } = yield* prompts.render(yield* stepPrompt(task), task)

    const answer = yield* askModel(task, type.question(prompt, options, task)).pipe(
      Effect.mapError((error) => modelFailure(error, { step: task.step.name, track: "traditional" })),
    )
    return stepAnswer(task, answer, yield* type.result(answer, options, task))
  }),
})

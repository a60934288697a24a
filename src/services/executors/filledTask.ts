import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Dialect } from "../../language/Dialect.ts"
import { interpolateStep } from "../../language/interpolateStep.ts"
import type { LanguageError } from "../../language/LanguageError.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { RunSettings, StepTask } from "../../StepTask.ts"

/** The task with the templates of its step filled in; fails with `invalid_input` where one cannot be. */
export const filledTask = (task: StepTask): Effect.Effect<StepTask, StepFailure> =>
  Result.match(interpolateStep(task.step, task.scope, dialectOf(task.settings)), {
    onSuccess: ({ step }) => Effect.succeed({ ...task, step }),
    onFailure: (error) => Effect.fail(templateFailure(error, task)),
  })

/** How the templates and conditions of a run are read. */
export const dialectOf = ({ strictCompat }: RunSettings): Dialect => (strictCompat ? "strict_compat" : "ours")

export const templateFailure = (error: LanguageError, { step }: StepTask): StepFailure =>
  new StepFailure({ reason: "invalid_input", message: `Step "${step.name}": ${error.message}` })

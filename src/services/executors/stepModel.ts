import * as Effect from "effect/Effect"
import type { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { type ModelError, Models } from "../models/Models.ts"
import { filledTask } from "./filledTask.ts"
import { modelChoice } from "./modelChoice.ts"

/** The id of the model that the traditional track of a step would ask; the run's own choice wins. */
export const stepModel = Effect.fnUntraced(function* (
  task: StepTask,
): Effect.fn.Return<string, ModelError | StepFailure, Models> {
  const models = yield* Models
  const override = task.settings.model
  const choice = modelChoice(task.step, override) ?? modelChoice((yield* filledTask(task)).step, override)
  return yield* models.resolve(choice ?? { family: "claude", ...(override === undefined ? {} : { override }) })
})

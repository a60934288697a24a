import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Models } from "../models/Models.ts"
import type { Prompts } from "../prompts/Prompts.ts"
import { filledTask } from "./filledTask.ts"
import { StepTypes } from "./StepTypes.ts"
import { TraditionalExecutor } from "./TrackExecutor.ts"

/** Fills a step's templates and hands it to its type. */
export const traditionalLayer = Layer.effect(
  TraditionalExecutor,
  Effect.gen(function* () {
    const stepTypes = yield* StepTypes
    const context = yield* Effect.context<Models | Prompts>()
    return TraditionalExecutor.of({
      execute: Effect.fnUntraced(function* (task) {
        const type = yield* stepTypes.of(task)
        return yield* type.execute(yield* filledTask(task))
      }, Effect.provideContext(context)),
    })
  }),
)

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { StepFailure } from "../../StepFailure.ts"
import { OptimizedExecutor } from "./TrackExecutor.ts"

/** The optimized track of an installation that has no programs. */
export const noProgramsLayer = Layer.succeed(OptimizedExecutor, {
  readiness: () => Effect.succeed({ programId: null, available: false }),
  execute: ({ step }) =>
    Effect.fail(
      new StepFailure({
        reason: "dspy_unavailable",
        message: `Step "${step.name}": no program is adopted for this step's signature.`,
      }),
    ),
})

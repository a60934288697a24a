import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Prior } from "./ExperimentSubject.ts"
import { OptimizedExecutor, type OptimizedReadiness } from "./services/executors/TrackExecutor.ts"
import type { StepTask } from "./StepTask.ts"

/** Nothing to ask. */
export const notReady: OptimizedReadiness = { programId: null, available: false }

/**
 * What the optimized track says of itself. A defect in its executor, no word from it, or one that is none, counts as the
 * track being out of order, not as the step failing.
 */
export const readiness = (task: StepTask): Effect.Effect<OptimizedReadiness, never, OptimizedExecutor> =>
  OptimizedExecutor.use((executor) => executor.readiness(task)).pipe(
    Effect.map((said: unknown) => (isReadiness(said) ? said : notReady)),
    Effect.timeoutOrElse({ duration: task.settings.stepTimeoutMs, orElse: () => Effect.succeed(notReady) }),
    Effect.catchDefect(() => Effect.succeed(notReady)),
  )

const isReadiness = Schema.is(
  Schema.Struct({
    programId: Schema.NullOr(Schema.String),
    available: Schema.Boolean,
    model: Schema.optionalKey(Schema.String),
    prior: Schema.optionalKey(Prior),
    compilationCostUsd: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  }),
)

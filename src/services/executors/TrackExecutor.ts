import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Prior } from "../../ExperimentSubject.ts"
import type { JsonObject } from "../../Json.ts"
import type { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import type { Usage } from "../../Usage.ts"

/** A track's answer to a step, before it is measured. */
export interface StepAnswer {
  /** What later steps see: always `success` and `text`, and the step type's own keys. */
  readonly result: JsonObject
  readonly variables?: JsonObject
  readonly usage: Usage
  readonly quality?: number
  /** The file that the answer was written to. */
  readonly outputFile?: string
  /** Some of it was answered before and not asked for again. */
  readonly cached?: true
}

/** Whether the optimized track can answer a step, and with what. */
export interface OptimizedReadiness {
  readonly programId: string | null
  readonly available: boolean
  /** The model that answers; absent where it cannot be said. */
  readonly model?: string
  /** What the program scored before it met any traffic. */
  readonly prior?: Prior
  readonly compilationCostUsd?: number | null
}

/** Runs the prompt a person wrote. Interruption aborts its model calls. */
export class TraditionalExecutor extends Context.Service<
  TraditionalExecutor,
  { readonly execute: (task: StepTask) => Effect.Effect<StepAnswer, StepFailure> }
>()("doubletrack/services/executors/TraditionalExecutor") {}

/** Runs the program that optimization compiled. Interruption aborts its model calls. */
export class OptimizedExecutor extends Context.Service<
  OptimizedExecutor,
  {
    readonly readiness: (task: StepTask) => Effect.Effect<OptimizedReadiness>
    readonly execute: (task: StepTask) => Effect.Effect<StepAnswer, StepFailure>
    /** Asks the last program of the signature that was in use before this one; absent where none is kept. */
    readonly executePrevious?: (task: StepTask) => Effect.Effect<StepAnswer, StepFailure>
  }
>()("doubletrack/services/executors/OptimizedExecutor") {}

import * as Schema from "effect/Schema"
import { BudgetLimits } from "./BudgetLimits.ts"
import { PipelineInput } from "./PipelineInput.ts"

/** A run that waits for a worker: all that it takes to carry it out elsewhere. */
export const RunJob = Schema.Struct({
  /** As it was submitted: `startedAt` is when, and a worker puts its own deadlines and kill switch in. */
  input: PipelineInput,
  /** The run's own limits. */
  budget: Schema.optionalKey(BudgetLimits),
})
export type RunJob = typeof RunJob.Type

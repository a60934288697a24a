import * as Schema from "effect/Schema"

/** How a run, or one step of it, is executed. */
export const ExecutionMode = Schema.Literals(["traditional", "dspy_optimized", "hybrid", "evaluation"])
export type ExecutionMode = typeof ExecutionMode.Type

/** Which implementation of a step: the prompt a person wrote, or the compiled program. */
export const Track = Schema.Literals(["traditional", "optimized"])
export type Track = typeof Track.Type

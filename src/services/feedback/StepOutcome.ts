import * as Schema from "effect/Schema"
import { Example } from "../../Example.ts"
import { Observation } from "../../Observation.ts"

/** What is kept of the end of a step, for people who judge it later. */
export const StepOutcome = Schema.Struct({
  runId: Schema.String,
  workflow: Schema.String,
  step: Schema.String,
  path: Schema.String,
  /** ISO 8601. */
  at: Schema.String,
  observation: Observation,
  /** As the experiment was told; see `Circumstances`. */
  rounding: Schema.Finite,
  freshUnit: Schema.Boolean,
  /** The epoch that counted it; feedback that comes after a reopening is no evidence. */
  epoch: Schema.NullOr(Schema.Int),
  /** Only where training data are collected, and what `redact` left of it. */
  content: Schema.optionalKey(Schema.Struct({ signatureHash: Schema.String, ...Example.fields })),
})
export type StepOutcome = typeof StepOutcome.Type
export type StepContent = NonNullable<StepOutcome["content"]>

import * as Schema from "effect/Schema"
import { FailureReason } from "./StepFailure.ts"
import { Usage } from "./Usage.ts"

/** What one track did in one step, without the answer itself. */
export const Arm = Schema.Struct({
  answered: Schema.Boolean,
  /** Without what it waited for limits of models, which says nothing about the track; waiting for a program to come back included. */
  latencyMs: Schema.Finite,
  /** Of the track's own calls; what judging its answer cost is not in it. */
  usage: Usage,
  /** In [0, 1], where the answer was judged. */
  quality: Schema.optionalKey(Schema.Finite),
  failure: Schema.optionalKey(Schema.Struct({ reason: FailureReason, message: Schema.String })),
  /** It failed for a reason that says nothing about the track, such as a wrong key, or was answered from a cache: no evidence. */
  invalid: Schema.optionalKey(Schema.Literal(true)),
})
export type Arm = typeof Arm.Type

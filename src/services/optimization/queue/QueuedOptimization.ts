import * as Schema from "effect/Schema"
import { WorkflowReference } from "./WorkflowReference.ts"

/** Why an optimization is wanted. */
export const RequestReason = Schema.Literals(["no_program", "fallback", "scheduled", "error_rate", "drift", "new_data"])
export type RequestReason = typeof RequestReason.Type

/** A step that is to be compiled under the signature that it has now. */
export const OptimizationRequest = Schema.Struct({
  workflow: WorkflowReference,
  step: Schema.String,
  signatureHash: Schema.String,
  why: RequestReason,
})
export type OptimizationRequest = typeof OptimizationRequest.Type

/** How an attempt ended. */
export const AttemptOutcome = Schema.Struct({
  status: Schema.Literals(["adopted", "rejected", "failed"]),
  /** The reason of the verdict, or what went wrong. */
  message: Schema.String,
  programId: Schema.optionalKey(Schema.String),
})
export type AttemptOutcome = typeof AttemptOutcome.Type

const Waiting = Schema.TaggedStruct("Waiting", {})
const Claimed = Schema.TaggedStruct("Claimed", { owner: Schema.String, untilMs: Schema.Finite })
const Done = Schema.TaggedStruct("Done", {})

/** One step of one workflow under one signature: what is wanted of it, and what became of it before. */
export const QueuedOptimization = Schema.Struct({
  /** Begins with the signature's hash. */
  id: Schema.String,
  /** `why` is the strongest reason given. */
  ...OptimizationRequest.fields,
  requestedAtMs: Schema.Finite,
  state: Schema.Union([Waiting, Claimed, Done]),
  last: Schema.NullOr(Schema.Struct({ ...AttemptOutcome.fields, atMs: Schema.Finite })),
  /** Attempts in a row that led to no better program. */
  fruitless: Schema.Int,
  /** Until then the same is not tried again. */
  notBeforeMs: Schema.Finite,
  /** Leases in a row that ran out because their owner was gone. */
  abandoned: Schema.Int,
})
export type QueuedOptimization = typeof QueuedOptimization.Type

/** A queued optimization that is its owner's until the lease runs out. */
export interface ClaimedOptimization extends QueuedOptimization {
  readonly state: typeof Claimed.Type
}

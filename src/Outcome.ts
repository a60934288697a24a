import * as Schema from "effect/Schema"
import { Track } from "./ExecutionMode.ts"
import { JsonObject } from "./Json.ts"
import { Share } from "./RoutingPolicy.ts"
import { StepFailure } from "./StepFailure.ts"
import { Usage } from "./Usage.ts"

const measured = {
  track: Track,
  usage: Usage,
  /** From beginning to end, waiting for limits of models included. */
  latencyMs: Schema.Finite,
  /** How much of `latencyMs` it waited for those limits, as `waitMeter` counts; absent: not at all. Says nothing about the track. */
  waitedMs: Schema.optionalKey(Schema.Finite),
}

/** A track's answer to a step. */
export const Answered = Schema.TaggedStruct("Answered", {
  ...measured,
  /** What later steps see under this step's name: always `success` and `text`, and the type's own keys. */
  result: JsonObject,
  /** Variables this step sets for the steps after it. */
  variables: Schema.optionalKey(JsonObject),
  /** The file that the answer was written to. */
  outputFile: Schema.optionalKey(Schema.String),
  /** In [0, 1], where an assessor judged the answer. */
  quality: Schema.optionalKey(Share),
  /** What judging the answer took, beside `usage`. */
  judgingUsage: Schema.optionalKey(Usage),
  /** Some of it was answered before and not asked for again; what it took says nothing about the track. */
  cached: Schema.optionalKey(Schema.Literal(true)),
})
export type Answered = typeof Answered.Type

/** A track's failure on a step. What it cost until then is kept. */
export const Unanswered = Schema.TaggedStruct("Unanswered", { ...measured, failure: StepFailure })
export type Unanswered = typeof Unanswered.Type

/** What one track made of one step. */
export const Outcome = Schema.Union([Answered, Unanswered])
export type Outcome = typeof Outcome.Type

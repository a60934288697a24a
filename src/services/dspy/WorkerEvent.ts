import * as Schema from "effect/Schema"
import { JsonObject } from "../../Json.ts"
import { Candidate, FrozenPrompt } from "../../Program.ts"

const Progress = Schema.Struct({
  type: Schema.Literal("progress"),
  trial: Schema.Int,
  trials: Schema.optionalKey(Schema.Int),
  bestScore: Schema.Finite,
  note: Schema.String,
})
export type Progress = typeof Progress.Type

const Done = Schema.Struct({
  type: Schema.Literal("done"),
  candidate: Candidate,
  validationScore: Schema.NullOr(Schema.Finite),
  trials: Schema.Int,
  /** As DSPy's `program.save()` writes it. */
  state: JsonObject,
  frozen: Schema.Array(FrozenPrompt),
  dspyVersion: Schema.String,
  /** Why the search ended ahead of time, where it did. */
  endedEarly: Schema.optionalKey(Schema.String),
})
export type Done = typeof Done.Type

const Failed = Schema.Struct({
  type: Schema.Literal("error"),
  reason: Schema.Literals([
    "invalid_data",
    "budget_exhausted",
    "metric_failed",
    "worker_failed",
    "configuration",
    "dspy_unavailable",
  ]),
  message: Schema.String,
})

/** What a worker says, a line of JSON each; the last one is `done` or `error`. */
export const WorkerEvent = Schema.Union([Progress, Done, Failed])
export type WorkerEvent = typeof WorkerEvent.Type

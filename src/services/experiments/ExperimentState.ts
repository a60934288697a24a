import * as Schema from "effect/Schema"
import { Experiment } from "../../Experiment.ts"

/** How far a stream is folded into the experiments. */
export const FoldPosition = Schema.Struct({
  /** Tells a stream from another one of its name that came after it. */
  stream: Schema.String,
  /** The last message that is in. */
  sequence: Schema.Int,
})
export type FoldPosition = typeof FoldPosition.Type

/** Everything that folding goes on from: whoever has it and the messages behind it ends with the same experiments. */
export const ExperimentState = Schema.Struct({
  v: Schema.Literal(1),
  position: FoldPosition,
  experiments: Schema.Array(Experiment),
  /** By experiment: the units that its epoch has counted. */
  units: Schema.Record(Schema.String, Schema.Array(Schema.String)),
  /** By experiment: the answers that people have judged in its epoch. */
  judged: Schema.Record(Schema.String, Schema.Array(Schema.String)),
})
export type ExperimentState = typeof ExperimentState.Type

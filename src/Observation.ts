import * as Schema from "effect/Schema"
import { Arm } from "./Arm.ts"
import { ExperimentSubject } from "./ExperimentSubject.ts"
import { Assignment } from "./Route.ts"
import { RoutingPolicy, Share } from "./RoutingPolicy.ts"

/** What the end of a step says about its tracks; complete in itself, so that experiments can be folded from events alone. */
export const Observation = Schema.Struct({
  /** Null where there was no program to set against the prompt. */
  subject: Schema.NullOr(ExperimentSubject),
  policy: RoutingPolicy,
  unit: Schema.NullOr(Schema.String),
  /** The track that the outcome is charged to, whichever answered in the end. */
  assigned: Assignment,
  /** As in the route: null is no evidence. */
  share: Schema.NullOr(Share),
  traditional: Schema.optionalKey(Arm),
  optimized: Schema.optionalKey(Arm),
})
export type Observation = typeof Observation.Type

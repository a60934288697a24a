import type { JsonObject } from "../../Json.ts"
import type { UserScore } from "../modules/userScore.ts"

/** What an assessor is given: one answer, and what it is an answer to. */
export interface Assessed {
  readonly step: string
  /** The run's inputs, and those of the step's signature under their names there. */
  readonly inputs: JsonObject
  readonly text: string
  /** The outputs of the step's signature as found in the answer; null for a step without one. */
  readonly outputs: JsonObject | null
  /** What later steps see of the answer. */
  readonly result: JsonObject
}

/** What an assessor gives: a number in [0, 1], whether the answer is good, or a score with what was wrong. */
export type Appraisal = number | boolean | UserScore

/** A way to judge answers that an embedding program brings along; steps name it under `quality: [{ assess: … }]`. */
export interface OwnAssessor {
  readonly name: string
  /** Throwing, rejecting, or giving anything outside [0, 1] leaves the answer without a quality. */
  readonly assess: (given: Assessed) => Appraisal | Promise<Appraisal>
}

import type { JsonObject } from "../../Json.ts"

/** What an assessor is given: one answer, and what it is an answer to. */
export interface Assessed {
  readonly step: string
  readonly inputs: JsonObject
  readonly text: string
  /** The outputs of the step's signature as found in the answer; null for a step without one. */
  readonly outputs: JsonObject | null
  /** What later steps see of the answer. */
  readonly result: JsonObject
}

/** A verdict: in [0, 1], or whether the answer is good. */
export type Verdict = number | boolean | { readonly score: number }

/** A way to judge answers that an embedding program brings along; steps name it under `quality: [{ assess: … }]`. */
export interface OwnAssessor {
  readonly name: string
  /** Throwing, rejecting, or giving anything outside [0, 1] leaves the answer without a quality. */
  readonly assess: (given: Assessed) => Verdict | Promise<Verdict>
}

import { createHash } from "node:crypto"
import * as Schema from "effect/Schema"
import { canonicalJson } from "./canonicalJson.ts"

/** What a program scored over the prompt as written before it met any traffic. */
export const Prior = Schema.Struct({
  /** Mean gain in quality, in [-1, 1]. */
  benefit: Schema.Finite,
  /** Rows that it was measured on. */
  n: Schema.Int,
})
export type Prior = typeof Prior.Type

/** The two tracks of a step that an experiment sets against each other, and by what they are judged. */
export const ExperimentSubject = Schema.Struct({
  workflow: Schema.String,
  step: Schema.String,
  signatureHash: Schema.String,
  programId: Schema.String,
  /** SHA-256, in hex, of the step as it is written: its prompt and options. */
  traditionalHash: Schema.String,
  model: Schema.String,
  /** What judges the answers; null: nothing does, and answering at all is what counts. */
  assessor: Schema.NullOr(Schema.String),
  /** Whether people judge later: then only the answer that was used is ever judged. */
  delayed: Schema.Boolean,
  prior: Schema.NullOr(Prior),
  /** What compiling the program cost, in USD; null where it is not known. */
  compilationCostUsd: Schema.NullOr(Schema.Finite),
})
export type ExperimentSubject = typeof ExperimentSubject.Type

/** `exp-` and the first 16 hex digits of the SHA-256 over everything whose change starts a new experiment. */
export const experimentKey = ({
  workflow,
  step,
  signatureHash,
  programId,
  traditionalHash,
  model,
  assessor,
}: ExperimentSubject): string => {
  const identity = { workflow, step, signatureHash, programId, traditionalHash, model, assessor }
  return `exp-${createHash("sha256").update(canonicalJson(identity)).digest("hex").slice(0, 16)}`
}

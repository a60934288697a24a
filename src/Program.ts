import * as Schema from "effect/Schema"
import { Example } from "./Example.ts"
import { Json, JsonObject } from "./Json.ts"
import { Message } from "./Message.ts"
import { Signature } from "./Signature.ts"
import { Tokens } from "./Usage.ts"

/** How inputs become messages and answers become outputs. */
export const AdapterName = Schema.Literals(["chat", "json"])
export type AdapterName = typeof AdapterName.Type

export const OptimizerName = Schema.Literals([
  "labeled_few_shot",
  "bootstrap_few_shot",
  "bootstrap_few_shot_random_search",
  "knn_few_shot",
  "gepa",
  "mipro_v2",
  "simba",
  "copro",
])
export type OptimizerName = typeof OptimizerName.Type

/** An example shown in the prompt. Outputs may be missing from one that came with the data. */
export const Demo = Schema.Struct({
  ...Example.fields,
  /** Whether a model, and not the data, gave the outputs. */
  augmented: Schema.Boolean,
})
export type Demo = typeof Demo.Type

/** What a program says to a model: everything that optimization may change. */
export const Candidate = Schema.Struct({
  instructions: Schema.String,
  adapter: AdapterName,
  /** Whether the model is asked for an output `reasoning` ahead of the signature's own. */
  reasoning: Schema.Boolean,
  demos: Schema.Array(Demo),
  /** Demos picked for each input from a set of rows kept as an artefact of its own; they stand in place of `demos`. */
  retrieval: Schema.optionalKey(
    Schema.Struct({
      k: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
      /** SHA-256, in hex, of the artefact. */
      rows: Schema.String,
      count: Schema.Int,
    }),
  ),
})
export type Candidate = typeof Candidate.Type

/** What DSPy's adapters would have sent, exported by DSPy itself; only the input values are left to fill in. */
export const FrozenPrompt = Schema.Struct({
  adapter: AdapterName,
  system: Schema.String,
  demos: Schema.Array(Message),
  /** Ends the user message; says which outputs are asked for. */
  closing: Schema.String,
  /** SHA-256 of the JSON of whole message lists for a few inputs, to check the bytes on loading. */
  parity: Schema.Array(Schema.Struct({ inputs: JsonObject, sha256: Schema.String })),
  dspyVersion: Schema.String,
})
export type FrozenPrompt = typeof FrozenPrompt.Type

/** What a program scored on rows that selection never saw. */
export const HeldOutScore = Schema.Struct({
  metric: Schema.String,
  /** Mean score of the traditional track, in [0, 1]. */
  baseline: Schema.Finite,
  optimized: Schema.Finite,
  n: Schema.Int,
  /** 95 % interval of optimized − baseline, paired. */
  interval: Schema.Tuple([Schema.Finite, Schema.Finite]),
})
export type HeldOutScore = typeof HeldOutScore.Type

/** What optimization yields for a signature: a file that people can read and machines can serve. */
export const Program = Schema.Struct({
  v: Schema.Literal(1),
  /** `prog-` and the first 16 hex digits of the content's SHA-256. */
  id: Schema.String,
  createdAt: Schema.String,
  workflow: Schema.NullOr(Schema.String),
  step: Schema.NullOr(Schema.String),
  signature: Signature,
  signatureHash: Schema.String,
  candidate: Candidate,
  optimizer: Schema.Struct({
    name: Schema.String,
    engine: Schema.Literals(["embedded", "dspy"]),
    settings: Schema.Record(Schema.String, Json),
    seed: Schema.Int,
  }),
  /** The model that it was compiled with. */
  model: Schema.String,
  data: Schema.Struct({
    /** SHA-256, in hex, of the rows used. */
    fingerprint: Schema.String,
    train: Schema.Int,
    validation: Schema.Int,
    heldOut: Schema.Int,
    /** How many of these rows were left by runs in production. */
    collected: Schema.optionalKey(Schema.Int),
  }),
  heldOut: Schema.NullOr(HeldOutScore),
  /** What compiling took. */
  compilation: Schema.Struct({
    calls: Schema.Int,
    tokens: Tokens,
    costUsd: Schema.NullOr(Schema.Finite),
    trials: Schema.Int,
  }),
  frozen: Schema.optionalKey(Schema.Array(FrozenPrompt)),
})
export type Program = typeof Program.Type

/** Where a program stands in this installation. */
export const ProgramStatus = Schema.Struct({
  adopted: Schema.Boolean,
  /** Why it is adopted or not, in words. */
  reason: Schema.String,
})
export type ProgramStatus = typeof ProgramStatus.Type

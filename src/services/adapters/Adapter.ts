import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { JsonObject } from "../../Json.ts"
import type { Message } from "../../Message.ts"
import type { AdapterName, Candidate, Demo } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import { Usage } from "../../Usage.ts"

/** The model's answer cannot be read as the signature's outputs. */
export class AdapterParseError extends Schema.TaggedError<AdapterParseError>()("AdapterParseError", {
  /** Which field, what stood there, what was expected; quotes the answer, for who may see it. */
  message: Schema.String,
  /** The same without what the answer says, for events and logs. */
  summary: Schema.String,
  /** What the answer cost, and the one asked for again; absent where the text alone was judged. */
  usage: Schema.optionalKey(Usage),
}) {}

/** What a prompt is made of. */
export interface PromptMaterial {
  readonly signature: Signature
  readonly candidate: Pick<Candidate, "instructions" | "reasoning">
  readonly demos: ReadonlyArray<Demo>
  readonly inputs: JsonObject
}

/** Turns a signature, demos and inputs into messages, and an answer into outputs. Pure. */
export interface Adapter {
  readonly name: AdapterName
  readonly format: (material: PromptMaterial) => ReadonlyArray<Message>
  /** The outputs, coerced to the signature's types; `reasoning` is among them where it was asked for. */
  readonly parse: (
    text: string,
    material: Pick<PromptMaterial, "signature" | "candidate">,
  ) => Result.Result<JsonObject, AdapterParseError>
  /** JSON Schema for providers that can hold the model to it; absent where the form is not JSON, undefined where the outputs are too open for one. */
  readonly outputSchema?: (material: Pick<PromptMaterial, "signature" | "candidate">) => JsonObject | undefined
}

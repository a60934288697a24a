import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { JsonObject } from "../../Json.ts"
import type { Message } from "../../Message.ts"
import type { FrozenPrompt } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import { renderValue } from "./pythonText.ts"

/** A frozen prompt that would not be sent as DSPy would have sent it. */
export class FrozenPromptMismatch extends Schema.TaggedError<FrozenPromptMismatch>()("FrozenPromptMismatch", {
  message: Schema.String,
}) {}

/**
 * The very messages that DSPy's adapter sends for these inputs. Inputs that the signature does not have are left out, as are
 * those not given; `null` is a value.
 */
export const formatFrozen = (
  { system, demos, closing }: FrozenPrompt,
  signature: Signature,
  inputs: JsonObject,
): ReadonlyArray<Message> => [
  { role: "system", content: system },
  ...demos,
  { role: "user", content: [...inputBlocks(signature, inputs), closing].join("\n\n") },
]

/** Renders the inputs that the export recorded, and compares with what DSPy made of them, byte for byte. */
export const checkParity = (frozen: FrozenPrompt, signature: Signature): Result.Result<void, FrozenPromptMismatch> => {
  const differing = frozen.parity.filter(
    ({ inputs, sha256 }) => messagesHash(formatFrozen(frozen, signature, inputs)) !== sha256,
  )
  if (frozen.parity.length > 0 && differing.length === 0) return Result.void
  const what =
    frozen.parity.length === 0
      ? "holds no hashes to check it by"
      : `gives other bytes than DSPy ${frozen.dspyVersion} for ${differing.length} of ${frozen.parity.length} recorded inputs`
  return Result.fail(
    new FrozenPromptMismatch({
      message: `the frozen prompt of the ${frozen.adapter} adapter ${what}; freeze the program again, or remove "frozen" from it to use the native adapter`,
    }),
  )
}

/** SHA-256, in hex, of the compact JSON of the messages, each with `role` ahead of `content`. */
const messagesHash = (messages: ReadonlyArray<Message>): string =>
  createHash("sha256")
    .update(JSON.stringify(messages.map(({ role, content }) => ({ role, content }))))
    .digest("hex")

const inputBlocks = (signature: Signature, inputs: JsonObject): ReadonlyArray<string> =>
  signature.inputs.flatMap((field) => {
    const value = Object.hasOwn(inputs, field.name) ? inputs[field.name] : undefined
    return value === undefined ? [] : [`[[ ## ${field.name} ## ]]\n${renderValue(value, field)}`]
  })

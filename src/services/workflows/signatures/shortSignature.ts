import * as Result from "effect/Result"
import type { Field } from "../../../Signature.ts"
import { parseFieldType } from "./fieldType.ts"
import { atEnd, peek, type SignatureTokens, signatureTokens, take, takeAny } from "./signatureTokens.ts"

/** The fields on both sides of the arrow; never empty. */
export interface ShortSignature {
  readonly inputs: ReadonlyArray<Field>
  readonly outputs: ReadonlyArray<Field>
}

/** Reads the short form: `question, context: str -> answer: float`. A field without a type is text. */
export const parseShortSignature = (text: string): Result.Result<ShortSignature, string> =>
  Result.gen(function* () {
    const tokens = signatureTokens(text)
    const inputs = yield* parseFields(tokens)
    if (!take(tokens, "->")) return yield* Result.fail(`'->' is expected where ${peek(tokens)} stands`)
    const outputs = yield* parseFields(tokens)
    if (!atEnd(tokens)) return yield* Result.fail(`',' or the end is expected where ${peek(tokens)} stands`)
    return { inputs, outputs }
  })

/** Reads one field: `label: Literal['x', 'y']`. */
export const parseShortField = (text: string): Result.Result<Field, string> =>
  Result.gen(function* () {
    const tokens = signatureTokens(text)
    const field = yield* parseField(tokens)
    if (!atEnd(tokens)) return yield* Result.fail(`the end is expected where ${peek(tokens)} stands`)
    return field
  })

const parseFields = (tokens: SignatureTokens): Result.Result<ReadonlyArray<Field>, string> =>
  Result.gen(function* () {
    const fields = [yield* parseField(tokens)]
    while (take(tokens, ",")) fields.push(yield* parseField(tokens))
    return fields
  })

const parseField = (tokens: SignatureTokens): Result.Result<Field, string> =>
  Result.gen(function* () {
    const name = takeAny(tokens, "word")
    if (name === undefined) return yield* Result.fail(`the name of a field is expected where ${peek(tokens)} stands`)
    return take(tokens, ":") ? { name, ...(yield* parseFieldType(tokens)) } : { name, type: "string" }
  })

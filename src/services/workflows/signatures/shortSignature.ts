import * as Result from "effect/Result"
import type { Field } from "../../../Signature.ts"
import { parseFieldType } from "./fieldType.ts"
import { atEnd, notFound, type SignatureTokens, signatureTokens, take, takeAny } from "./signatureTokens.ts"

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
    if (!take(tokens, "->")) return yield* Result.fail(notFound(tokens, "'->'"))
    const outputs = yield* parseFields(tokens)
    if (!atEnd(tokens)) return yield* Result.fail(notFound(tokens, "',' or the end"))
    return { inputs, outputs }
  })

/** Reads one field: `label: Literal['x', 'y']`. */
export const parseShortField = (text: string): Result.Result<Field, string> =>
  Result.gen(function* () {
    const tokens = signatureTokens(text)
    const field = yield* parseField(tokens)
    if (!atEnd(tokens)) return yield* Result.fail(notFound(tokens, "the end"))
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
    if (name === undefined) return yield* Result.fail(notFound(tokens, "the name of a field"))
    return take(tokens, ":") ? { name, ...(yield* parseFieldType(tokens)) } : { name, type: "string" }
  })

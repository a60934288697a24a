import * as Result from "effect/Result"
import type { Field, FieldType } from "../../../Signature.ts"
import type { JsonObject } from "../../../Json.ts"
import { didYouMean } from "../suggestions.ts"
import { quoted } from "../rawValue.ts"
import { notFound, peek, type SignatureTokens, take, takeAny } from "./signatureTokens.ts"

/** What a type says about a field. */
export type TypedField = Pick<Field, "type" | "values" | "schema" | "optional">

const maxNesting = 8

const scalarTypes: { readonly [name: string]: FieldType } = {
  str: "string",
  string: "string",
  text: "string",
  int: "integer",
  integer: "integer",
  float: "number",
  number: "number",
  bool: "boolean",
  boolean: "boolean",
  list: "array",
  array: "array",
  dict: "object",
  object: "object",
}

const typeNames = [...Object.keys(scalarTypes), "Literal", "Optional"]

/**
 * Reads a type: `str`, `int`, `float`, `bool`, `list[…]`, `dict[…, …]`, `Literal[…]`, `Optional[…]`,
 * `… | None`, and the JSON Schema names of these. Nothing is evaluated.
 */
export const parseFieldType = (tokens: SignatureTokens, nesting = 0): Result.Result<TypedField, string> =>
  Result.gen(function* () {
    if (nesting > maxNesting) return yield* Result.fail(`a type nested more than ${maxNesting} deep`)
    const type = yield* parseNamed(tokens, nesting)
    if (!take(tokens, "|")) return type
    if (!take(tokens, "None") && !take(tokens, "null")) return yield* Result.fail("only 'None' can stand after '|'")
    return { ...type, optional: true }
  })

const parseNamed = (tokens: SignatureTokens, nesting: number): Result.Result<TypedField, string> =>
  Result.gen(function* () {
    const name = takeAny(tokens, "word")
    if (name === undefined) return yield* Result.fail(notFound(tokens, "a type"))
    if (name === "Literal") return yield* parseLiteral(tokens)
    if (name === "Optional") {
      const [inner] = yield* parseArguments(tokens, nesting, 1)
      return { ...inner, type: inner?.type ?? "string", optional: true }
    }
    const known = Object.keys(scalarTypes).find((type) => type === name || type === name.toLowerCase())
    const type = known === undefined ? undefined : scalarTypes[known]
    if (type === undefined) return yield* Result.fail(unknownType(name))
    if (peek(tokens) !== "'['") return { type }
    if (type === "array") {
      const [items] = yield* parseArguments(tokens, nesting, 1)
      return { type, schema: { type: "array", items: jsonSchema(items) } }
    }
    if (type !== "object") return yield* Result.fail(`'${name}' takes no '[…]'`)
    const [, values] = yield* parseArguments(tokens, nesting, 2)
    return { type, schema: { type: "object", additionalProperties: jsonSchema(values) } }
  })

const unknownType = (name: string): string =>
  `unknown type ${quoted(name)}.${didYouMean(name, typeNames)} Types: str, int, float, bool, list[…], dict[…], Literal[…], Optional[…]`

/** `any` is a type only inside `list` and `dict`, where it is `undefined` here. */
const parseArguments = (
  tokens: SignatureTokens,
  nesting: number,
  count: number,
): Result.Result<ReadonlyArray<TypedField | undefined>, string> =>
  Result.gen(function* () {
    if (!take(tokens, "[")) return yield* Result.fail(notFound(tokens, "'['"))
    const types: Array<TypedField | undefined> = []
    do {
      const isAny = take(tokens, "any") || take(tokens, "Any")
      types.push(isAny ? undefined : yield* parseFieldType(tokens, nesting + 1))
    } while (take(tokens, ","))
    if (!take(tokens, "]")) return yield* Result.fail(notFound(tokens, "',' or ']'"))
    if (types.length !== count)
      return yield* Result.fail(`${count} type${count > 1 ? "s" : ""} expected in '[…]', not ${types.length}`)
    return types
  })

const parseLiteral = (tokens: SignatureTokens): Result.Result<TypedField, string> =>
  Result.gen(function* () {
    if (!take(tokens, "[")) return yield* Result.fail(notFound(tokens, "'['"))
    const values: Array<string> = []
    do {
      const value = takeAny(tokens, "text") ?? takeAny(tokens, "word") ?? takeAny(tokens, "number")
      if (value === undefined) return yield* Result.fail(notFound(tokens, "a label"))
      values.push(value)
    } while (take(tokens, ","))
    if (!take(tokens, "]")) return yield* Result.fail(notFound(tokens, "',' or ']'"))
    return enumOf(values)
  })

/** A choice among labels; without any, just text. */
export const enumOf = (values: ReadonlyArray<string>): TypedField => {
  const [first, ...rest] = new Set(values)
  return first === undefined ? { type: "string" } : { type: "enum", values: [first, ...rest] }
}

const jsonSchema = (field: TypedField | undefined): JsonObject => {
  if (field === undefined) return {}
  const schema = field.values === undefined ? { type: field.type, ...field.schema } : { enum: [...field.values] }
  return field.optional === true ? { anyOf: [schema, { type: "null" }] } : schema
}

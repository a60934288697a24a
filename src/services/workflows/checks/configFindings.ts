import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import { errorAt, type DocumentPath, type Finding, warningAtKey } from "../Finding.ts"
import { didYouMean } from "../suggestions.ts"
import { isAbsent, isList, isMap, kindOf, type RawMap, valueOf } from "../rawValue.ts"

type ConfigSchema = Schema.Codec<unknown, unknown> & { readonly ast: SchemaAST.AST }

/** Wrong types and values in a map of settings, with what is allowed. Keys the schema does not know are legal. */
export const configFindings = (schema: ConfigSchema, value: unknown, path: DocumentPath): ReadonlyArray<Finding> => {
  if (isAbsent(value)) return []
  if (!isMap(value)) return [errorAt(path, `This is ${kindOf(value)}, not a map of settings.`)]
  return [
    ...emptyKeys(value).map((key) =>
      warningAtKey([...path, key], `'${key}' is left empty, so it is as if it were absent.`),
    ),
    ...issues(schema, present(value)).map(({ path: inner, expected }) =>
      errorAt([...path, ...inner], message(schema, value, inner, expected)),
    ),
  ]
}

/** The settings that can be used: those that are neither empty nor wrong. */
export const usableConfig = (schema: ConfigSchema, value: unknown): RawMap | undefined => {
  if (!isMap(value)) return undefined
  const wrong = new Set(issues(schema, present(value)).map((issue) => String(issue.path[0])))
  return Object.fromEntries(Object.entries(present(value)).filter(([key]) => !wrong.has(key)))
}

const emptyKeys = (value: RawMap): ReadonlyArray<string> => Object.keys(value).filter((key) => isAbsent(value[key]))

const present = (value: RawMap): RawMap =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => !isAbsent(each)))

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const issues = (schema: ConfigSchema, value: RawMap) => {
  const decoded = Schema.decodeUnknownResult(schema)(value, { errors: "all" })
  if (Result.isSuccess(decoded)) return []
  return formatIssue(decoded.failure.issue).issues.map((issue) => ({
    path: (issue.path ?? []).flatMap((part) => (typeof part === "string" || typeof part === "number" ? [part] : [])),
    expected: issue.message,
  }))
}

const message = (schema: ConfigSchema, value: RawMap, path: DocumentPath, expected: string): string => {
  const key = path.findLast((part) => typeof part === "string") ?? ""
  const found = path.reduce<unknown>((at, part) => (isList(at) ? at[Number(part)] : valueOf(at, `${part}`)), value)
  const allowed = allowedValues(schema.ast, path)
  if (allowed.length === 0) return `'${key}' is ${kindOf(found)}: ${inWords(expected)}.`
  const hint = typeof found === "string" ? didYouMean(found, allowed) : ""
  return `'${key}' is ${kindOf(found)}.${hint} Allowed: ${allowed.join(", ")}.`
}

const inWords = (expected: string): string =>
  expected
    .replace(/^Expected/, "expected")
    .replace(/boolean$/, "true or false")
    .replace(/string$/, "text")
    .replace(/object$/, "a map")

/** The literals that a place in a struct can have; none where it takes other values. */
const allowedValues = (ast: SchemaAST.AST, [key, ...rest]: DocumentPath): ReadonlyArray<string> => {
  if (key === undefined)
    return ast._tag === "Union"
      ? ast.types.flatMap((member) => (member._tag === "Literal" ? [String(member.literal)] : []))
      : []
  const type =
    ast._tag === "Objects" ? ast.propertySignatures.find((signature) => signature.name === key)?.type : undefined
  return type === undefined ? [] : allowedValues(type, rest)
}

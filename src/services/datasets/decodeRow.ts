import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Json, JsonObject } from "../../Json.ts"
import type { Field, Signature } from "../../Signature.ts"
import type { DatasetExample } from "./Dataset.ts"
import { fieldValue, valueOfText } from "./fieldValue.ts"
import type { RawRow, RowProblem } from "./RawRow.ts"

/** The keys under which a row says what comes out, in the order in which they count. */
const outputKeys = ["label", "output", "expected", "expected_output"] as const

/**
 * A row under the field names of a signature. It carries them itself, or `input` and one of `label`, `output`,
 * `expected`, `expected_output`: an object with field names, or the value of the only field. Other keys are ignored.
 * Every required input has to be there, and at least one output.
 */
export const decodeRow = (
  row: RawRow,
  signature: Signature,
): Result.Result<DatasetExample, ReadonlyArray<RowProblem>> => {
  if (!isObject(row.value)) {
    return Result.fail([problemAt(row, [], `a row is an object, such as {"input": "…", "label": "…"}`)])
  }
  const inputs = decodeSide(row, row.value, { fields: signature.inputs, keys: ["input"], complete: true })
  const outputs = decodeSide(row, row.value, { fields: signature.outputs, keys: outputKeys, complete: false })
  const problems = [...inputs.problems, ...outputs.problems]
  return problems.length > 0
    ? Result.fail(problems)
    : Result.succeed({ inputs: inputs.values, outputs: outputs.values, line: row.line })
}

interface Side {
  readonly fields: Signature["inputs"]
  readonly keys: ReadonlyArray<string>
  /** Whether every required field has to be there, or any. */
  readonly complete: boolean
}

interface Decoded {
  readonly values: JsonObject
  readonly problems: ReadonlyArray<RowProblem>
}

const decodeSide = (row: RawRow, value: JsonObject, side: Side): Decoded => {
  const found = findFields(value, side)
  const missing = side.complete ? side.fields.filter((field) => field.optional !== true && !(field.name in found)) : []
  if (Object.keys(found).length === 0 || missing.length > 0) {
    const names = (missing.length > 0 ? missing : side.fields).map(({ name }) => `"${name}"`)
    const message = `there is no ${names.join(side.complete ? " and no " : " or ")}, nor ${keysText(side.keys)} that says it`
    return { values: {}, problems: [problemAt(row, [], message)] }
  }
  const values: Record<string, Json> = {}
  const problems: Array<RowProblem> = []
  for (const field of side.fields) {
    const place = found[field.name]
    if (place === undefined) continue
    const text = row.untyped || place.alone
    const typed = text && typeof place.value === "string" ? valueOfText(field, place.value) : place.value
    const fitting = fieldValue(field, typed)
    if (Result.isSuccess(fitting)) values[field.name] = fitting.success
    else problems.push(problemAt(row, place.path, fitting.failure))
  }
  return { values, problems }
}

/** A value found for a field. `alone`: it is the whole input or label, which the format writes as text. */
interface Found {
  readonly value: Json
  readonly path: ReadonlyArray<string>
  readonly alone: boolean
}

const findFields = (row: JsonObject, { fields, keys, complete }: Side): Readonly<Record<string, Found>> => {
  const said = keys.flatMap((key) => {
    const value = own(row, key)
    return value === undefined ? [] : [{ key, value }]
  })
  const inside = said.find(({ value }) => isObject(value) && fields.some(({ name }) => own(value, name) !== undefined))
  if (inside !== undefined && isObject(inside.value)) return picked(inside.value, fields, [inside.key])

  const plain = picked(row, fields, [])
  const required = fields.filter(({ optional }) => optional !== true)
  const isPlain = complete ? required.every(({ name }) => name in plain) : true
  if (isPlain && Object.keys(plain).length > 0) return plain

  const [first] = said
  const only = required.length === 1 ? required[0] : fields.length === 1 ? fields[0] : undefined
  if (first === undefined || only === undefined) return plain
  return { [only.name]: { value: first.value, path: [first.key], alone: true } }
}

/** Null is absent. */
const picked = (from: JsonObject, fields: ReadonlyArray<Field>, path: ReadonlyArray<string>) =>
  Object.fromEntries(
    fields.flatMap(({ name, type, optional }) => {
      const value = own(from, name)
      const blank = value === "" && type !== "string" && optional === true
      return value === undefined || blank ? [] : [[name, { value, path: [...path, name], alone: false }]]
    }),
  )

const own = (from: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(from, key) ? (from[key] ?? undefined) : undefined

const isObject = (value: unknown): value is JsonObject => !Array.isArray(value) && Schema.is(JsonObject)(value)

const keysText = (keys: ReadonlyArray<string>): string => keys.map((key) => `"${key}"`).join(" or ")

const problemAt = (row: RawRow, path: ReadonlyArray<string>, message: string): RowProblem => ({
  ...row.place(path),
  path: path.join("."),
  message,
})

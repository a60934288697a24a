import { type Schema, Validator } from "@cfworker/json-schema"
import * as Result from "effect/Result"
import type { Json, JsonObject } from "../../Json.ts"
import type { Field } from "../../Signature.ts"

/** The value where the field's JSON Schema allows it, else what the schema wants, and where. */
export const fitsSchema = (
  { type, schema }: Pick<Field, "type" | "schema">,
  value: Json,
): Result.Result<Json, string> => {
  if (schema === undefined || (type !== "array" && type !== "object")) return Result.succeed(value)
  return Result.flatMap(checked(schema, value), (problem) =>
    problem === undefined ? Result.succeed(value) : Result.fail(problem),
  )
}

const checked = (schema: JsonObject, value: Json): Result.Result<string | undefined, string> =>
  Result.try({
    try: () => {
      const problem = validatorOf(schema).validate(value).errors.at(-1)
      return (
        problem &&
        `what its JSON Schema asks for (${problem.instanceLocation.replace(/^#/, "") || "/"}: ${problem.error})`
      )
    },
    catch: (thrown) => `what its JSON Schema asks for, which cannot be used (${String(thrown).split(/\.\s|\n/, 1)[0]})`,
  })

const validatorOf = (schema: JsonObject): Validator => {
  const known = validators.get(schema)
  if (known !== undefined) return known
  const dialect = String(schema["$schema"])
  const validator = new Validator(
    structuredClone<Schema>(schema),
    dialect.includes("draft-07") ? "7" : "2020-12",
    false,
  )
  validators.set(schema, validator)
  return validator
}

const validators = new WeakMap<JsonObject, Validator>()

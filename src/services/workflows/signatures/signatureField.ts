import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Field } from "../../../Signature.ts"
import { enumOf, parseFieldType, type TypedField } from "./fieldType.ts"
import { errorAt, type DocumentPath, type Finding, warningAt } from "../Finding.ts"
import { supply } from "../suggestions.ts"
import { isAbsent, isList, isMap, kindOf, type RawMap, textOf, valueOf } from "../rawValue.ts"
import { parseShortField } from "./shortSignature.ts"
import { atEnd, peek, signatureTokens } from "./signatureTokens.ts"

/** A field, unless it is wrong, and what there is to say about it. */
export interface DecodedField {
  readonly field?: Field
  readonly findings: ReadonlyArray<Finding>
}

/** The keys that are read on a field. */
export const fieldKeys = ["name", "type", "description", "optional", "values", "schema", "template"]

/** One field: a map with `name` and `type`, or text such as `score: float`. */
export const decodeField = (raw: unknown, path: DocumentPath): DecodedField => {
  if (typeof raw === "string") {
    const parsed = parseShortField(raw)
    return Result.isSuccess(parsed)
      ? { field: parsed.success, findings: [] }
      : failed(path, `This field cannot be read: ${parsed.failure}.`)
  }
  if (!isMap(raw)) return failed(path, `This field is ${kindOf(raw)}, not a map with 'name' and 'type'.`)
  const name = textOf(raw["name"]).trim()
  if (name === "") {
    return failed([...path, "name"], `This field has no name. ${supply("name", raw, "Add 'name'.")}`)
  }
  return decodeNamed(name, raw, path)
}

const decodeNamed = (name: string, raw: RawMap, path: DocumentPath): DecodedField => {
  const typed = decodeType(raw)
  if (Result.isFailure(typed)) return failed([...path, typed.failure.key], `Field '${name}': ${typed.failure.message}.`)
  const { description, template, schema } = raw
  const decoded = Schema.decodeUnknownResult(Field)({
    name,
    ...typed.success,
    ...(isAbsent(description) ? {} : { description: textOf(description) }),
    ...(isMap(schema) && typed.success.type !== "enum" ? { schema } : {}),
    ...(isAbsent(template) ? {} : { template: textOf(template) }),
    ...(raw["optional"] === true || raw["required"] === false ? { optional: true } : {}),
  })
  if (Result.isFailure(decoded))
    return failed(path, `Field '${name}': ${decoded.failure.message.split("\n")[0] ?? ""}.`)
  return {
    field: decoded.success,
    findings:
      isAbsent(schema) || isMap(schema)
        ? []
        : [
            warningAt(
              [...path, "schema"],
              `'schema' is ${kindOf(schema)}, not a map as in JSON Schema; it is ignored.`,
            ),
          ],
  }
}

interface WrongType {
  readonly key: "type" | "values"
  readonly message: string
}

/** A field without a type is text; text with a list of allowed values is a choice among them. */
const decodeType = (raw: RawMap): Result.Result<TypedField, WrongType> => {
  const { type, values } = raw
  const labels = isList(values) ? values : valueOf(raw["schema"], "enum")
  if (!isAbsent(values) && !isList(values))
    return Result.fail({ key: "values", message: `'values' is ${kindOf(values)}, not a list of labels` })
  if (type === "enum" && !(isList(labels) && labels.length > 0)) {
    return Result.fail({ key: "values", message: "a field of type enum needs 'values', the list of its labels" })
  }
  const isText = isAbsent(type) || type === "enum" || type === "string" || type === "str"
  if (isText && isList(labels) && labels.length > 0) return Result.succeed(enumOf(labels.map(textOf)))
  if (isAbsent(type)) return Result.succeed({ type: "string" })
  if (typeof type !== "string")
    return Result.fail({ key: "type", message: `its type is ${kindOf(type)}, not the name of a type` })
  const tokens = signatureTokens(type)
  const parsed = parseFieldType(tokens)
  if (Result.isFailure(parsed)) return Result.fail({ key: "type", message: parsed.failure })
  return atEnd(tokens)
    ? Result.succeed(parsed.success)
    : Result.fail({ key: "type", message: `the type should end before ${peek(tokens)}` })
}

const failed = (path: DocumentPath, message: string): DecodedField => ({ findings: [errorAt(path, message)] })

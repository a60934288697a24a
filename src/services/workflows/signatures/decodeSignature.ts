import * as Result from "effect/Result"
import type { Field, Signature } from "../../../Signature.ts"
import { errorAt, type DocumentPath, type Finding, warningAt } from "../Finding.ts"
import { nearestName } from "../../../nearestName.ts"
import { isAbsent, isList, isMap, kindOf, quoted, type RawMap, textOf } from "../rawValue.ts"
import { parseShortSignature } from "./shortSignature.ts"
import { type DecodedField, decodeField } from "./signatureField.ts"

/** A signature, unless there is none or it is wrong, and what there is to say about it. */
export interface DecodedSignature {
  readonly signature?: Signature
  readonly findings: ReadonlyArray<Finding>
}

/** The keys that are read on a signature. */
export const signatureKeys = ["input_fields", "output_fields", "inputs", "outputs", "instructions"]

/**
 * Reads a signature: the short form as text, or a map with `input_fields` and `output_fields` (or
 * `inputs` and `outputs`), each a list of fields or a map from names to types. A map with none of
 * these keys is something else that happens to be called signature, and is ignored with a warning.
 */
export const decodeSignature = (raw: unknown, instructions: unknown, path: DocumentPath): DecodedSignature => {
  if (typeof raw === "string") return decodeShort(raw, instructions, path)
  if (!isMap(raw)) return { findings: [errorAt(path, `The signature is ${kindOf(raw)}; ${expected}.`)] }
  if (!Object.keys(raw).some((key) => nearestName(key, signatureKeys) !== undefined)) {
    return { findings: [warningAt(path, `This is no signature, so it is ignored: ${expected}.`)] }
  }
  const inputs = decodeSide(raw, ["input_fields", "inputs"], path)
  const outputs = decodeSide(raw, ["output_fields", "outputs"], path)
  const findings = [...inputs.findings, ...outputs.findings]
  if (findings.some(({ severity }) => severity === "error")) return { findings }
  const built = buildSignature(
    inputs.fields,
    outputs.fields,
    isAbsent(raw["instructions"]) ? instructions : raw["instructions"],
  )
  if (Result.isSuccess(built)) return { signature: built.success, findings }
  return { findings: [...findings, errorAt(path, `The signature is wrong: ${built.failure}.`)] }
}

const expected = "write 'question -> answer', or a map with 'input_fields' and 'output_fields'"

const decodeShort = (text: string, instructions: unknown, path: DocumentPath): DecodedSignature => {
  const built = Result.flatMap(parseShortSignature(text), ({ inputs, outputs }) =>
    buildSignature(inputs, outputs, instructions),
  )
  return Result.isSuccess(built)
    ? { signature: built.success, findings: [] }
    : { findings: [errorAt(path, `The signature ${quoted(text)} cannot be read: ${built.failure}.`)] }
}

interface DecodedSide {
  readonly fields: ReadonlyArray<Field>
  readonly findings: ReadonlyArray<Finding>
}

const decodeSide = (raw: RawMap, keys: readonly [string, string], path: DocumentPath): DecodedSide => {
  const key = keys.find((each) => !isAbsent(raw[each]))
  if (key === undefined) return { fields: [], findings: [missingSide(raw, keys[0], path)] }
  const side = raw[key]
  const at = [...path, key]
  const decoded = isMap(side)
    ? decodeByName(side, at)
    : isList(side)
      ? side.map((each, index) => decodeField(each, [...at, index]))
      : undefined
  if (decoded === undefined)
    return { fields: [], findings: [errorAt(at, `'${key}' is ${kindOf(side)}, not a list of fields.`)] }
  if (decoded.length === 0) return { fields: [], findings: [errorAt(at, `'${key}' is empty. Add at least one field.`)] }
  return {
    fields: decoded.flatMap(({ field }) => (field === undefined ? [] : [field])),
    findings: decoded.flatMap(({ findings }) => findings),
  }
}

const missingSide = (raw: RawMap, key: string, path: DocumentPath): Finding => {
  const near = nearestName(
    key,
    Object.keys(raw).filter((each) => !signatureKeys.includes(each)),
  )
  const hint = near === undefined ? `Add '${key}'.` : `Rename '${near}' to '${key}'?`
  return errorAt([...path, key], `The signature has no '${key}'. ${hint}`)
}

const decodeByName = (side: RawMap, path: DocumentPath): ReadonlyArray<DecodedField> =>
  Object.entries(side).map(([name, value]) =>
    decodeField(isMap(value) ? { ...value, name } : { name, type: value }, [...path, name]),
  )

const buildSignature = (
  inputs: ReadonlyArray<Field>,
  outputs: ReadonlyArray<Field>,
  instructions: unknown,
): Result.Result<Signature, string> => {
  const [input, ...moreInputs] = inputs
  const [output, ...moreOutputs] = outputs
  if (input === undefined || output === undefined) return Result.fail("it needs at least one input and one output")
  const repeated = firstRepeated([...inputs, ...outputs].map(({ name }) => name))
  if (repeated !== undefined)
    return Result.fail(`the field '${repeated}' stands in it twice; give each field a name of its own`)
  const written = textOf(instructions).trim()
  return Result.succeed({
    instructions: written === "" ? defaultInstructions(inputs, outputs) : written,
    inputs: [input, ...moreInputs],
    outputs: [output, ...moreOutputs],
  })
}

const firstRepeated = (names: ReadonlyArray<string>): string | undefined => {
  const seen = new Set<string>()
  return names.find((name) => seen.size === seen.add(name).size)
}

const defaultInstructions = (inputs: ReadonlyArray<Field>, outputs: ReadonlyArray<Field>): string =>
  `From ${enumerate(inputs)}, work out ${enumerate(outputs)}.`

const enumerate = (fields: ReadonlyArray<Field>): string => {
  const names = fields.map(({ name }) => `\`${name}\``)
  const last = names.at(-1) ?? ""
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${last}` : last
}

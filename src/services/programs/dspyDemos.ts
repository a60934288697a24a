import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Json, JsonObject } from "../../Json.ts"
import type { Demo } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import { fieldsSchema } from "../../signatureSchema.ts"
import type { StatePredictor } from "./dspyState.ts"
import { reasoningNames } from "./matchDspyFields.ts"

export interface ImportedDemos {
  readonly demos: ReadonlyArray<Demo>
  /** What was left out, and why. */
  readonly notes: ReadonlyArray<string>
}

/** What DSPy writes beside the fields. */
const bookkeeping = ["augmented", "dspy_uuid", "dspy_split"]

/**
 * The demos of a predictor under the names of a signature. One that a model answered has exactly the
 * predictor's fields, so another name in it means another signature: that fails. Of a row that came
 * with the data, the signature's fields are taken; it must have an input and an output, as in DSPy.
 */
export const dspyDemos = (
  predictor: StatePredictor,
  signature: Signature,
  reasoning: boolean,
): Result.Result<ImportedDemos, string> =>
  Result.gen(function* () {
    const demos: Array<Demo> = []
    const notes: Array<string> = []
    for (const [index, read] of predictor.demos.entries()) {
      if (Result.isFailure(read)) {
        notes.push(`demo ${index + 1} was left out: the number ${read.failure} cannot be held exactly`)
        continue
      }
      const demo = demoUnder(signature, read.success, reasoning)
      const { foreign, missing } = differences(signature, read.success, demo)
      if (demo.augmented && foreign.length + missing.length > 0)
        return yield* Result.fail(otherFields(index, foreign, missing))
      if (size(demo.inputs) === 0 || size(demo.outputs) === 0)
        notes.push(
          `demo ${index + 1} was left out: it has no ${size(demo.inputs) === 0 ? "input" : "output"} of the signature`,
        )
      else {
        if (foreign.length > 0) notes.push(`demo ${index + 1}: left out ${foreign.join(", ")}`)
        notes.push(...misfits(signature, demo).map((misfit) => `demo ${index + 1}: ${misfit}`))
        demos.push(demo)
      }
    }
    if (demos.length === 0 && predictor.demos.length > 0 && predictor.demos.some(Result.isSuccess))
      return yield* Result.fail(noneFits(predictor, signature))
    return { demos, notes }
  })

const demoUnder = ({ inputs, outputs }: Signature, values: JsonObject, reasoning: boolean): Demo => ({
  inputs: picked(
    values,
    inputs.map(({ name }) => name),
  ),
  outputs: {
    ...(reasoning ? reasoningOf(values) : {}),
    ...picked(
      values,
      outputs.map(({ name }) => name),
    ),
  },
  augmented: values["augmented"] === true,
})

const reasoningOf = (values: JsonObject): JsonObject => {
  const name = reasoningNames.find((each) => Object.hasOwn(values, each))
  const value = name === undefined ? undefined : values[name]
  return value === undefined ? {} : { reasoning: value }
}

/** A value of `None` is one that is missing. */
const picked = (values: JsonObject, names: ReadonlyArray<string>): JsonObject =>
  Object.fromEntries(
    names.flatMap((name): ReadonlyArray<readonly [string, Json]> => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined
      return value === undefined || value === null ? [] : [[name, value]]
    }),
  )

const differences = ({ inputs, outputs }: Signature, values: JsonObject, demo: Demo) => {
  const names = [...inputs, ...outputs].map(({ name }) => name)
  const known = [...names, ...bookkeeping, ...("reasoning" in demo.outputs ? reasoningNames : [])]
  return {
    foreign: Object.keys(values).filter((name) => !known.includes(name)),
    missing: names.filter((name) => !Object.hasOwn(values, name)),
  }
}

/** Values that are not of their field's type are kept, as DSPy shows them to the model all the same. */
const misfits = ({ inputs, outputs }: Signature, demo: Demo): ReadonlyArray<string> =>
  [...inputs, ...outputs].flatMap((field) => {
    const value = demo.inputs[field.name] ?? demo.outputs[field.name]
    if (value === undefined || Schema.is(fieldsSchema([field]))({ [field.name]: value })) return []
    const wanted = field.values === undefined ? field.type : `one of ${field.values.join(", ")}`
    return [`${field.name} is ${JSON.stringify(value).slice(0, 60)}, not ${wanted}`]
  })

const otherFields = (index: number, foreign: ReadonlyArray<string>, missing: ReadonlyArray<string>): string => {
  const parts = [
    ...(missing.length > 0 ? [`lacks ${missing.join(", ")}`] : []),
    ...(foreign.length > 0 ? [`has ${foreign.join(", ")}, which the signature does not`] : []),
  ]
  return `its demo ${index + 1} ${parts.join(" and ")}`
}

const noneFits = ({ demos }: StatePredictor, { inputs, outputs }: Signature): string => {
  const [first] = demos.filter(Result.isSuccess)
  const keys = Object.keys(first?.success ?? {}).filter((key) => !bookkeeping.includes(key))
  return `none of its demos has an input and an output of the signature (${names(inputs)} -> ${names(outputs)}); they have ${keys.join(", ")}`
}

const names = (fields: Signature["inputs"]): string => fields.map(({ name }) => name).join(", ")

const size = (values: JsonObject): number => Object.keys(values).length

import * as Result from "effect/Result"
import type { JsonObject } from "../../Json.ts"
import { type LosslessJson, type LosslessObject, parseLosslessJson } from "./losslessJson.ts"
import { entryOf, isObject, itemsOf, plainObject, textOf } from "./losslessValue.ts"

/** A field as DSPy's states tell of it: the order, and at best a hint at the name. */
export interface StateField {
  /** Only states of 2.5 that were saved verbosely name their fields. */
  readonly name?: string
  readonly prefix: string
  readonly description: string
}

/** One predictor of a saved program, whatever version of DSPy wrote it. */
export interface StatePredictor {
  /** `answer.predict`; empty for a program that is a predictor itself. */
  readonly path: string
  readonly instructions?: string
  /** Inputs first, then outputs; absent in states of 2.4 and before. */
  readonly fields?: ReadonlyArray<StateField>
  /** Whether the state is of the kind that only ChainOfThought had. */
  readonly extended: boolean
  /** A demo with a number that cannot be held exactly is the text of that number. */
  readonly demos: ReadonlyArray<Result.Result<JsonObject, string>>
  /** The model's name and sampling settings, such as `model=gpt-4o, temperature=0`; nothing about where it runs. */
  readonly lm?: string
}

export interface DspyState {
  readonly predictors: ReadonlyArray<StatePredictor>
  /** Absent before 2.5.43. */
  readonly dspyVersion?: string
}

/** Reads what `program.save("x.json")` of any DSPy wrote; fails with why it is no such file. */
export const readDspyState = (text: string): Result.Result<DspyState, string> =>
  Result.gen(function* () {
    if (text.startsWith("\u{fffd}") || text.startsWith("PK")) return yield* Result.fail(pickled)
    const root = yield* parseLosslessJson(text)
    if (!isObject(root)) return yield* Result.fail("it is no object with predictors")
    const metadata = entryOf(root, "metadata")
    const versions = isObject(metadata) ? entryOf(metadata, "dependency_versions") : undefined
    const dspyVersion = isObject(versions) ? textOf(entryOf(versions, "dspy")) : undefined
    const predictors = isPredictor(root)
      ? [predictorOf("", root)]
      : root.entries.flatMap(([path, value]) =>
          isObject(value) && isPredictor(value) ? [predictorOf(path, value)] : [],
        )
    if (predictors.length === 0) return yield* Result.fail(noPredictors(root))
    return { predictors, ...(dspyVersion === undefined ? {} : { dspyVersion }) }
  })

const pickled = "it is a pickle, which only Python can read. Save the program with `program.save('program.json')`"

const noPredictors = (root: LosslessObject): string =>
  entryOf(root, "dependency_versions") === undefined
    ? "it has no predictors, as a file by `program.save('program.json')` has"
    : "it is the metadata of a program saved as a pickle. Save it with `program.save('program.json')`"

const isPredictor = (value: LosslessObject): boolean =>
  entryOf(value, "demos") !== undefined && ["traces", "signature"].some((key) => entryOf(value, key) !== undefined)

const predictorOf = (path: string, state: LosslessObject): StatePredictor => {
  const extended = entryOf(state, "extended_signature")
  const signature = isObject(extended) ? extended : entryOf(state, "signature")
  const flatInstructions = textOf(entryOf(state, "extended_signature_instructions"))
  const instructions = isObject(signature)
    ? textOf(entryOf(signature, "instructions"))
    : (flatInstructions ?? textOf(entryOf(state, "signature_instructions")))
  const fields = isObject(signature) ? entryOf(signature, "fields") : entryOf(state, "fields")
  const lm = entryOf(state, "lm")
  return {
    path,
    ...(instructions === undefined ? {} : { instructions }),
    ...(fields === undefined ? {} : { fields: itemsOf(fields).filter(isObject).map(fieldOf) }),
    extended: extended !== undefined || flatInstructions !== undefined,
    demos: itemsOf(entryOf(state, "demos")).filter(isObject).map(demoOf),
    ...(isObject(lm) ? { lm: lmText(lm) } : {}),
  }
}

const fieldOf = (field: LosslessObject): StateField => {
  const name = textOf(entryOf(field, "name"))
  return {
    ...(name === undefined ? {} : { name }),
    prefix: textOf(entryOf(field, "prefix")) ?? "",
    description: textOf(entryOf(field, "description")) ?? "",
  }
}

/** Before 2.4 a demo's values were kept one level down. */
const demoOf = (demo: LosslessObject): Result.Result<JsonObject, string> => {
  const store = entryOf(demo, "_store")
  return plainObject(isObject(store) ? store : demo)
}

const lmText = (lm: LosslessObject): string =>
  ["model", "model_type", "temperature", "max_tokens", "top_p"]
    .flatMap((key) => {
      const value = entryOf(lm, key)
      if (typeof value === "string") return [`${key}=${value}`]
      return isNumber(value) ? [`${key}=${value.text}`] : []
    })
    .join(", ")

const isNumber = (value: LosslessJson | undefined) =>
  typeof value === "object" && value !== null && value._tag === "number"

import * as Result from "effect/Result"
import type { Signature } from "../../Signature.ts"
import { dspyPrefix, looksDerived } from "./dspyPrefix.ts"
import type { StateField, StatePredictor } from "./dspyState.ts"

/** What the names in a state say about a signature. */
export interface MatchedFields {
  /** Whether the predictor asks for its reasoning ahead of the signature's own outputs. */
  readonly reasoning: boolean
  /** What could not be checked, or differs without harm. */
  readonly notes: ReadonlyArray<string>
}

/** What ChainOfThought called its field, before and since 2.5. */
export const reasoningNames: ReadonlyArray<string> = ["reasoning", "rationale"]

/**
 * Holds a predictor's fields against a signature: their number, and the name of each as far as the
 * state tells it, by a placeholder `${name}`, a prefix that DSPy derives from names, or the demos.
 * Fails with the difference. DSPy itself assigns by position and says nothing.
 */
export const matchDspyFields = (
  predictor: StatePredictor,
  signature: Signature,
): Result.Result<MatchedFields, string> => {
  if (predictor.fields === undefined) return matchDemosAlone(predictor, signature)
  const names = fieldNames(signature)
  const reasoning = predictor.fields.length === names.length + 1 && !reasons(signature)
  const expected = reasoning ? names.toSpliced(signature.inputs.length, 0, "reasoning") : names
  if (predictor.fields.length !== expected.length) return Result.fail(otherCount(predictor.fields, names))
  return Result.gen(function* () {
    const notes: Array<string> = []
    const named = predictor.fields?.map(sureName) ?? []
    if (isPermutation(named, expected)) return { reasoning, notes }
    for (const [index, field] of (predictor.fields ?? []).entries()) {
      const note = yield* matchField(field, expected[index] ?? "", index, signature)
      if (note !== undefined && !confirmedByDemos(predictor, expected)) notes.push(note)
    }
    return { reasoning, notes }
  })
}

const fieldNames = ({ inputs, outputs }: Signature): ReadonlyArray<string> =>
  [...inputs, ...outputs].map(({ name }) => name)

const reasons = ({ outputs }: Signature): boolean => outputs.some(({ name }) => reasoningNames.includes(name))

/** Fields that are all named may stand in another order. */
const isPermutation = (named: ReadonlyArray<string | undefined>, expected: ReadonlyArray<string>): boolean =>
  new Set(named).size === expected.length && expected.every((name) => named.includes(name))

const sureName = ({ name, description }: StateField): string | undefined =>
  name ?? /^\$\{([\p{L}\w]+)\}$/u.exec(description)?.[1]

const matchField = (
  field: StateField,
  expected: string,
  index: number,
  { inputs, outputs }: Signature,
): Result.Result<string | undefined, string> => {
  const name = sureName(field)
  const same = name === expected || (expected === "reasoning" && reasoningNames.includes(name ?? ""))
  if (same || sameWords(field.prefix, dspyPrefix(expected))) return Result.succeed(undefined)
  const description = [...inputs, ...outputs].find((each) => each.name === expected)?.description
  if (name === undefined && description !== undefined && description === field.description)
    return Result.succeed(undefined)
  if (name !== undefined || looksDerived(field.prefix) || expected === "reasoning")
    return Result.fail(
      `its field ${index + 1} is ${name === undefined ? `"${field.prefix}"` : `"${name}"`}, where the signature has "${expected}"`,
    )
  return Result.succeed(
    `field ${index + 1} ("${field.prefix}") was taken to be "${expected}": nothing in the file names it`,
  )
}

const sameWords = (a: string, b: string): boolean => bare(a) === bare(b)

const bare = (prefix: string): string => prefix.toLowerCase().replaceAll(/[^\p{L}\d]/gu, "")

const confirmedByDemos = ({ demos }: StatePredictor, expected: ReadonlyArray<string>): boolean =>
  demos.some((demo) => Result.isSuccess(demo) && expected.every((name) => Object.hasOwn(demo.success, name)))

const otherCount = (fields: ReadonlyArray<StateField>, names: ReadonlyArray<string>): string =>
  `it has ${fields.length} fields (${fields.map((field) => sureName(field) ?? `"${field.prefix}"`).join(", ")}), and the signature ${names.length} (${names.join(", ")})`

/** States of 2.4 and before have no fields: whether there is reasoning is seen from the demos. */
const matchDemosAlone = (
  { demos, extended }: StatePredictor,
  signature: Signature,
): Result.Result<MatchedFields, string> => {
  const reasoned = demos.some(
    (demo) => Result.isSuccess(demo) && reasoningNames.some((name) => Object.hasOwn(demo.success, name)),
  )
  return Result.succeed({
    reasoning: (reasoned || extended) && !reasons(signature),
    notes: demos.length > 0 ? [] : ["nothing in the file names the fields, so they could not be checked"],
  })
}

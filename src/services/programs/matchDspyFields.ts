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
    const fields = predictor.fields ?? []
    if (isPermutation(fields.map(sureName), expected)) return { reasoning, notes: [] }
    const notes: Array<string> = []
    const described: Array<string> = []
    for (const [index, field] of fields.entries()) {
      const name = expected[index] ?? ""
      const { guessed } = yield* matchField(field, name, index, signature)
      if (guessed && !confirmedByDemos(predictor, expected))
        notes.push(`field ${index + 1} ("${field.prefix}") was taken to be "${name}": nothing in the file names it`)
      if (isDescribedOtherwise(field, name, signature)) described.push(name)
    }
    if (described.length > 0)
      notes.push(`the file describes ${described.join(", ")} in other words; those of the signature are used`)
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
  signature: Signature,
): Result.Result<{ readonly guessed: boolean }, string> => {
  const name = sureName(field)
  const certain =
    name === expected ||
    sameWords(field.prefix, dspyPrefix(expected)) ||
    (expected === "reasoning" && (reasoningNames.includes(name ?? "") || field.prefix.startsWith("Reasoning:"))) ||
    (name === undefined && field.description === descriptionOf(expected, signature))
  if (certain) return Result.succeed({ guessed: false })
  if (name === undefined && !looksDerived(field.prefix) && expected !== "reasoning")
    return Result.succeed({ guessed: true })
  const called = name === undefined ? `"${field.prefix}"` : `"${name}"`
  return Result.fail(`its field ${index + 1} is ${called}, where the signature has "${expected}"`)
}

const descriptionOf = (name: string, { inputs, outputs }: Signature): string | undefined =>
  [...inputs, ...outputs].find((each) => each.name === name)?.description

const isDescribedOtherwise = (field: StateField, name: string, signature: Signature): boolean =>
  fieldNames(signature).includes(name) &&
  sureName(field) === undefined &&
  field.description !== "" &&
  field.description !== descriptionOf(name, signature)

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

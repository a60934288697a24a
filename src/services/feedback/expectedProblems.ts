import * as Result from "effect/Result"
import type { JsonObject } from "../../Json.ts"
import { didYouMean } from "../../language/didYouMean.ts"
import type { Signature } from "../../Signature.ts"
import { fieldValue } from "../datasets/fieldValue.ts"

/** Why outputs that a person expects could not be learned from, one line for each problem; empty where they could. */
export const expectedProblems = (expected: JsonObject, { outputs }: Signature): ReadonlyArray<string> => {
  const names = outputs.map(({ name }) => name)
  const there = `the outputs are ${names.join(", ")}`
  const unknown = Object.keys(expected)
    .filter((name) => !names.includes(name))
    .map((name) => `there is no output "${name}"${didYouMean(name, names)}; ${there}`)
  const said = outputs.flatMap((field) => {
    const value = Object.hasOwn(expected, field.name) ? (expected[field.name] ?? null) : null
    return value === null ? [] : [fieldValue(field, value)]
  })
  const unfit = said.flatMap((value) => (Result.isFailure(value) ? [value.failure] : []))
  return unknown.length === 0 && said.length === 0 ? [`no output is said; ${there}`] : [...unknown, ...unfit]
}

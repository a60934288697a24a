import * as Result from "effect/Result"
import { matchesPattern } from "../../../language/matchesPattern.ts"
import { errorAt, type DocumentPath, type Finding } from "../Finding.ts"
import { type QualityCheckName, normalCheck, qualityChecks } from "../quality.ts"
import { isAbsent, isList, isMap, kindOf, quoted, type RawMap, textOf } from "../rawValue.ts"
import { didYouMean } from "../suggestions.ts"
import { configFindings } from "./configFindings.ts"

/** What is wrong with the settings of one check that is written as a map. */
export const checkQualitySettings = (
  name: QualityCheckName,
  written: RawMap,
  path: DocumentPath,
): ReadonlyArray<Finding> => [
  ...unknownKeys(written, Object.keys(qualityChecks[name].fields), path),
  ...checkValues(name, normalCheck(written), path),
]

const checkValues = (name: QualityCheckName, check: RawMap, path: DocumentPath): ReadonlyArray<Finding> => {
  const at = [...path, name]
  const value = check[name]
  if (isAbsent(value)) return [errorAt(at, `'${name}' is left empty. Write '- ${exampleOf[name]}'.`)]
  switch (name) {
    case "schema":
      if (!isMap(value) || Object.keys(value).length > 0) {
        return [errorAt(at, `'schema' takes no settings. Write '- schema'.`)]
      }
      break
    case "keywords":
      if (typeof value === "string") return [errorAt(at, `'keywords' is ${kindOf(value)}; write a list: [${value}].`)]
      if (isList(value) && value.length === 0)
        return [errorAt(at, "The list of 'keywords' is empty. Name at least one.")]
      break
    case "length":
      return [...checkLength(value, at), ...outer(name, { ...check, length: {} }, path)]
    case "llm_judge":
      return [...checkJudge(value, at), ...outer(name, { ...check, llm_judge: {} }, path)]
  }
  const findings = outer(name, check, path)
  return findings.length > 0 || name !== "pattern" ? findings : checkPattern(textOf(value), at)
}

/** How each check is written. */
export const exampleOf: { readonly [name in QualityCheckName]: string } = {
  schema: "schema",
  pattern: 'pattern: "^LO-"',
  keywords: "keywords: [refund, days]",
  length: "length: { min: 20, max: 400 }",
  similarity: 'similarity: "{{inputs.reference}}"',
  llm_judge: "llm_judge",
  assess: "assess: ./quality.ts",
}

const unknownKeys = (map: RawMap, known: ReadonlyArray<string>, path: DocumentPath): ReadonlyArray<Finding> =>
  Object.keys(map)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      ...errorAt([...path, key], `There is no setting ${quoted(key)} here.`),
      hint: () => didYouMean(key, known) || ` Settings: ${known.join(", ")}.`,
      atKey: true,
    }))

/** What the schema of the check says of it. */
const outer = (name: QualityCheckName, check: RawMap, path: DocumentPath): ReadonlyArray<Finding> =>
  configFindings(qualityChecks[name], check, path)

const checkLength = (length: unknown, path: DocumentPath): ReadonlyArray<Finding> => {
  if (!isMap(length)) return [errorAt(path, `'length' is ${kindOf(length)}; write '- ${exampleOf.length}'.`)]
  const schema = qualityChecks.length.fields.length
  const findings = [...unknownKeys(length, Object.keys(schema.fields), path), ...configFindings(schema, length, path)]
  if (findings.length > 0) return findings
  const { min, max } = length
  if (isAbsent(min) && isAbsent(max)) return [errorAt(path, "'length' has neither 'min' nor 'max'. Add one of them.")]
  if (max === 0) return [errorAt([...path, "max"], "'max' is 0, so no answer would do. Use a number above 0.")]
  return typeof min === "number" && typeof max === "number" && min > max
    ? [errorAt([...path, "min"], `'min' is ${min} and 'max' is ${max}: no answer is that long. Swap them?`)]
    : []
}

const checkJudge = (judge: unknown, path: DocumentPath): ReadonlyArray<Finding> => {
  if (!isMap(judge)) return [errorAt(path, `'llm_judge' is ${kindOf(judge)}; write { rubric: "…", model: "…" }.`)]
  const schema = qualityChecks.llm_judge.fields.llm_judge
  return [...unknownKeys(judge, Object.keys(schema.fields), path), ...configFindings(schema, judge, path)]
}

const checkPattern = (pattern: string, path: DocumentPath): ReadonlyArray<Finding> =>
  Result.match(matchesPattern("", pattern), {
    onSuccess: () => [],
    onFailure: ({ message }) => [errorAt(path, `'pattern' cannot be used: ${message}.`)],
  })

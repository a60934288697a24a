import { isModulePath } from "../../modules/exportedFunction.ts"
import { errorAt, type DocumentPath, type Finding, warningAt } from "../Finding.ts"
import { isJudged, qualityCheckNames } from "../quality.ts"
import { isAbsent, isList, isMap, kindOf, listOf, quoted, type RawMap, textOf, valueOf } from "../rawValue.ts"
import type { DecodedSignature } from "../signatures/decodeSignature.ts"
import { stepSignature } from "../signatures/stepSignature.ts"
import { didYouMean } from "../suggestions.ts"
import { checkQualitySettings, exampleOf } from "./checkQualitySettings.ts"

/** What is wrong with the checks that steps judge their answers by. */
export const checkQuality = (root: unknown): ReadonlyArray<Finding> => {
  const workflow = valueOf(root, "workflow")
  if (!isMap(workflow)) return []
  return listOf(workflow, "steps").flatMap((step, index) => {
    if (!isMap(step) || !isJudged(step["type"])) return []
    const path = ["workflow", "steps", index]
    return checkList(step["quality"], [...path, "quality"], stepSignature(step, workflow, path))
  })
}

const checkList = (quality: unknown, path: DocumentPath, signature: DecodedSignature): ReadonlyArray<Finding> => {
  if (isAbsent(quality)) return []
  if (!isList(quality)) return [errorAt(path, `'quality' is ${kindOf(quality)}; write a list, such as '- schema'.`)]
  if (quality.length === 0) return [warningAt(path, "The list of checks is empty, so nothing is judged.")]
  return [
    ...quality.flatMap((check, index) => checkOne(check, [...path, index], signature)),
    ...quality.flatMap((check, index) =>
      check === "feedback" && quality.length > 1 ? [errorAt([...path, index], feedbackWithOthers)] : [],
    ),
  ]
}

const feedbackWithOthers =
  "'feedback' stands alone: the scores of people are not mixed with other checks. Remove it or the others."

const checkOne = (check: unknown, path: DocumentPath, signature: DecodedSignature): ReadonlyArray<Finding> => {
  if (isMap(check)) return checkMap(check, path, signature)
  if (check === "feedback" || check === "llm_judge") return []
  if (check === "schema") return needsSignature(path, signature)
  if (typeof check !== "string") return [errorAt(path, `This check is ${kindOf(check)}; ${expected}`)]
  const named = qualityCheckNames.find((name) => name === check)
  if (named !== undefined) return [errorAt(path, `'${named}' needs a value: '- ${exampleOf[named]}'.`)]
  if (isModulePath(check)) {
    return [errorAt(path, `There is no check ${quoted(check)}. Write '- assess: ${check}' for a module of your own.`)]
  }
  return [errorAt(path, `There is no check ${quoted(check)}.${didYouMean(check, allNames)} Checks: ${listed}.`)]
}

const allNames = [...qualityCheckNames, "feedback"]
const listed = allNames.join(", ")
const expected = `expected the name of a check, or a map with one of: ${qualityCheckNames.join(", ")}.`

const checkMap = (check: RawMap, path: DocumentPath, signature: DecodedSignature): ReadonlyArray<Finding> => {
  const [name, other] = qualityCheckNames.filter((each) => Object.hasOwn(check, each))
  if (name === undefined) return [noCheck(check, path)]
  if (other !== undefined) {
    return [errorAt(path, `This check is '${name}' and '${other}' at once. Begin each with a dash of its own.`)]
  }
  return [
    ...(name === "schema" ? needsSignature(path, signature) : []),
    ...checkField(check["field"], [...path, "field"], signature),
    ...checkQualitySettings(name, check, path),
  ]
}

const noCheck = (check: RawMap, path: DocumentPath): Finding => {
  if (Object.hasOwn(check, "feedback")) {
    return errorAt([...path, "feedback"], "'feedback' takes no settings. Write '- feedback'.")
  }
  for (const key of Object.keys(check)) {
    const hint = didYouMean(key, qualityCheckNames)
    if (hint === "") continue
    return { ...errorAt([...path, key], `There is no check ${quoted(key)}.${hint} Checks: ${listed}.`), atKey: true }
  }
  return errorAt(path, `This check has none of the keys that name one: ${qualityCheckNames.join(", ")}.`)
}

const needsSignature = (path: DocumentPath, { signature, findings }: DecodedSignature): ReadonlyArray<Finding> =>
  signature !== undefined || findings.length > 0
    ? []
    : [errorAt(path, "'schema' looks at the outputs of a signature, and this step has none. Add 'signature'.")]

const checkField = (field: unknown, path: DocumentPath, { signature }: DecodedSignature): ReadonlyArray<Finding> => {
  if (isAbsent(field) || typeof field === "object" || signature === undefined) return []
  const outputs = signature.outputs.map(({ name }) => name)
  if (outputs.includes(textOf(field))) return []
  const hint = didYouMean(textOf(field), outputs)
  return [errorAt(path, `The signature has no output ${quoted(field)}.${hint} Outputs: ${outputs.join(", ")}.`)]
}

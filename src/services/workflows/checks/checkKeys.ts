import { DspyConfig, StepDspyConfig } from "../../../DspyConfig.ts"
import { HybridConfig } from "../../../HybridConfig.ts"
import { signatureKeys } from "../signatures/decodeSignature.ts"
import { type DocumentPath, type Finding, warningAtKey } from "../Finding.ts"
import { didYouMean } from "../suggestions.ts"
import { isList, isMap, listOf, quoted, type RawMap, textOf, valueOf } from "../rawValue.ts"
import { fieldKeys } from "../signatures/signatureField.ts"
import { keysOfOptions, keysOfStepType } from "../stepKeys.ts"
import { stepsInside } from "../Surroundings.ts"
import { defaultsKeys, isPromptPartType, promptPartKeys, workflowKeys } from "../workflowKeys.ts"

/** Keys that nothing reads: legal, but perhaps a slip of the pen. Under strict compatibility nothing reads `quality`. */
export const checkKeys = (root: unknown, strictCompat: boolean): ReadonlyArray<Finding> => {
  const workflow = valueOf(root, "workflow")
  const at = ["workflow"]
  const dspy = valueOf(workflow, "dspy_config")
  return [
    ...unread(root, [], ["workflow"]),
    ...unread(workflow, at, workflowKeys),
    ...unread(valueOf(workflow, "defaults"), [...at, "defaults"], defaultsKeys),
    ...unread(dspy, [...at, "dspy_config"], Object.keys(DspyConfig.fields)),
    ...unread(valueOf(workflow, "hybrid_config"), [...at, "hybrid_config"], Object.keys(HybridConfig.fields)),
    ...Object.entries(mapOf(valueOf(dspy, "signatures"))).flatMap(([name, signature]) =>
      signatureFindings(signature, [...at, "dspy_config", "signatures", name]),
    ),
    ...listOf(workflow, "steps").flatMap((step, index) => stepFindings(step, [...at, "steps", index], strictCompat)),
  ]
}

const unread = (value: unknown, path: DocumentPath, known: ReadonlyArray<string>): ReadonlyArray<Finding> =>
  Object.keys(mapOf(value))
    .filter((key) => !known.includes(key))
    .map((key) => ({
      ...warningAtKey([...path, key], `Nothing reads the key ${quoted(key)} here.`),
      hint: () => didYouMean(key, known),
    }))

const mapOf = (value: unknown): RawMap => (isMap(value) ? value : {})

const stepFindings = (step: unknown, path: DocumentPath, strictCompat: boolean): ReadonlyArray<Finding> => {
  const known = keysOfStepType(textOf(valueOf(step, "type")))?.filter((key) => !strictCompat || key !== "quality")
  const inside = stepsInside(step)
  return [
    ...(known === undefined ? [] : unread(step, path, known)),
    ...Object.entries(keysOfOptions).flatMap(([option, keys]) =>
      unread(valueOf(step, option), [...path, option], keys),
    ),
    ...unread(valueOf(step, "dspy_config"), [...path, "dspy_config"], Object.keys(StepDspyConfig.fields)),
    ...["signature", "dspy_signature"].flatMap((key) => signatureFindings(valueOf(step, key), [...path, key])),
    ...listOf(step, "prompt").flatMap((part, index) => partFindings(part, [...path, "prompt", index])),
    ...(inside?.steps ?? []).flatMap((inner, index) =>
      stepFindings(inner, [...path, ...(inside?.path ?? []), index], strictCompat),
    ),
  ]
}

const partFindings = (part: unknown, path: DocumentPath): ReadonlyArray<Finding> => {
  const type = valueOf(part, "type")
  if (!isPromptPartType(type)) return []
  return unread(part, path, ["type", promptPartKeys[type].required, ...promptPartKeys[type].optional])
}

const signatureFindings = (signature: unknown, path: DocumentPath): ReadonlyArray<Finding> => [
  ...unread(signature, path, signatureKeys),
  ...signatureKeys.flatMap((key) => {
    const side = valueOf(signature, key)
    const fields: ReadonlyArray<readonly [string | number, unknown]> = isList(side)
      ? [...side.entries()]
      : Object.entries(mapOf(side))
    return fields.flatMap(([at, field]) => unread(field, [...path, key, at], [...fieldKeys, "required"]))
  }),
]

import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { DspyConfig, StepDspyConfig } from "../../DspyConfig.ts"
import { HybridConfig } from "../../HybridConfig.ts"
import { Workflow } from "../../Workflow.ts"
import { isMode } from "./checks/checkConfigs.ts"
import { normalCondition } from "./condition.ts"
import { usableConfig } from "./checks/configFindings.ts"
import { isJudged, normalQuality } from "./quality.ts"
import { isAbsent, isList, isMap, listOf, type RawMap, textOf, valueOf } from "./rawValue.ts"
import { nameOf } from "./Surroundings.ts"
import { stepSignature } from "./signatures/stepSignature.ts"
import { isPromptPartType, promptPartKeys } from "./workflowKeys.ts"

export interface NormalFormOptions {
  /** Keys that other pipelines may use as they like are nobody's: `quality` is left out. */
  readonly strictCompat: boolean
}

/**
 * The workflow in a checked document, in one normal form: names as text, a text prompt as one static
 * part, signatures decoded, and without the values that the checks have called unusable.
 */
export const toWorkflow = (root: unknown, options: NormalFormOptions): Result.Result<Workflow, Schema.SchemaError> => {
  const raw = valueOf(root, "workflow")
  const workflow = isMap(raw) ? raw : {}
  return Schema.decodeUnknownResult(Workflow)(
    withKeys(workflow, {
      name: textOf(workflow["name"]) || "workflow",
      steps: listOf(workflow, "steps").map((step, index) =>
        isMap(step) ? toStep(step, workflow, index, options) : step,
      ),
      defaults: toDefaults(workflow["defaults"]),
      global_vars: isMap(workflow["global_vars"]) ? workflow["global_vars"] : undefined,
      dspy_config: usableConfig(DspyConfig, workflow["dspy_config"]),
      hybrid_config: usableConfig(HybridConfig, workflow["hybrid_config"]),
    }),
  )
}

/** Keys that are undefined are left out. */
const withKeys = (raw: RawMap, keys: RawMap): RawMap =>
  Object.fromEntries(Object.entries({ ...raw, ...keys }).filter(([, value]) => value !== undefined))

const toDefaults = (defaults: unknown): unknown => {
  if (!isMap(defaults)) return undefined
  const directory = defaults["output_dir"]
  return withKeys(defaults, {
    output_dir: isAbsent(directory) || typeof directory === "object" ? undefined : textOf(directory),
  })
}

const toStep = (step: RawMap, workflow: RawMap, index: number, { strictCompat }: NormalFormOptions): RawMap => {
  const file = step["output_to_file"]
  return withKeys(step, {
    name: nameOf(step, index),
    prompt: toPrompt(step["prompt"]),
    condition: isAbsent(step["condition"]) ? undefined : normalCondition(step["condition"]),
    output_to_file: isAbsent(file) || typeof file === "object" ? undefined : textOf(file),
    execution_mode: isMode(step["execution_mode"]) ? step["execution_mode"] : undefined,
    signature: stepSignature(step, workflow, ["workflow", "steps", index]).signature,
    dspy_config: usableConfig(StepDspyConfig, step["dspy_config"]),
    quality: strictCompat || !isJudged(step["type"]) ? undefined : normalQuality(step["quality"]),
  })
}

/** Parts that the checks let pass although they say nothing usable are left out. */
const toPrompt = (prompt: unknown): unknown => {
  if (typeof prompt === "string") return [{ type: "static", content: prompt }]
  return isList(prompt) ? prompt.flatMap((part) => (isMap(part) ? toPart(part) : [])) : undefined
}

const toPart = (part: RawMap): ReadonlyArray<RawMap> => {
  const type = part["type"]
  if (!isPromptPartType(type)) return []
  const { required } = promptPartKeys[type]
  const value = part[required]
  if (isAbsent(value)) return []
  if (type !== "previous_response") return [{ type, [required]: textOf(value) }]
  return [
    withKeys(
      {},
      {
        type,
        step: textOf(value),
        extract: isAbsent(part["extract"]) ? undefined : textOf(part["extract"]),
        strict: "strict" in part ? part["strict"] !== false && part["strict"] !== null : undefined,
      },
    ),
  ]
}

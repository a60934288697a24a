import { modelStepTypes, type Step } from "../../Step.ts"
import type { ModelChoice } from "../models/Models.ts"
import { presets, typePresets } from "./presets.ts"

/**
 * Which model a step asks for, as far as its text tells; `null` for steps that call none and for
 * models that are only known once a template is filled in.
 */
export const modelChoice = (step: Step, override?: string): ModelChoice | null => {
  const family = families.get(step.type)
  if (family === undefined) return null
  const requested =
    family === "gemini" ? step["model"] : (property(step["claude_options"], "model") ?? presetModel(step))
  if (typeof requested === "string" && requested.includes("{{")) return null
  return {
    family,
    ...(typeof requested === "string" ? { requested } : {}),
    ...(override === undefined ? {} : { override }),
  }
}

const families = new Map<string, ModelChoice["family"]>(
  modelStepTypes.map((type) => [type, type === "gemini" || type === "gemini_instructor" ? "gemini" : "claude"]),
)

const presetModel = (step: Step): string | undefined => {
  const typePreset = typePresets.get(step.type)
  if (typePreset === undefined) return undefined
  const named = Object.entries(presets).find(([name]) => name === step["preset"])
  return (named?.[1] ?? presets[typePreset]).model
}

const property = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined

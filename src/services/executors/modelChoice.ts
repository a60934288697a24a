import type { Step } from "../../Step.ts"
import type { ModelChoice } from "../models/Models.ts"

/**
 * The model that a step asks for, as far as it can be read before the step runs; `null` for steps
 * that call none.
 */
export const modelChoice = (step: Step, override: string | undefined): ModelChoice | null => {
  const family = familyOf(step.type)
  if (family === null) return null
  const requested = nameIn(family === "claude" ? step["claude_options"] : step)
  return {
    family,
    ...(override === undefined ? {} : { override }),
    ...(requested === undefined ? {} : { requested }),
  }
}

const familyOf = (type: string): ModelChoice["family"] | null => {
  if (type === "parallel_claude" || /^claude(_|$)/.test(type)) return "claude"
  return /^gemini(_|$)/.test(type) ? "gemini" : null
}

/** A name with a template in it is known only when the step starts. */
const nameIn = (options: unknown): string | undefined => {
  if (typeof options !== "object" || options === null || !("model" in options)) return undefined
  return typeof options.model === "string" && !options.model.includes("{{") ? options.model : undefined
}

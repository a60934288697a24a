import type { Track } from "../../src/ExecutionMode.ts"
import type { Route } from "../../src/Route.ts"
import type { FailureReason } from "../../src/StepFailure.ts"
import type { WorkflowInput } from "../../src/Workflow.ts"
import type { Asked, StepScript } from "./scripts.ts"

/** A step that was routed, and everything that decides how it ends. */
export interface RoutedStep {
  readonly step: WorkflowInput["steps"][0]
  readonly script: StepScript
  readonly route: Route
  readonly fallbackEnabled: boolean
  /** The program in use; the one before it serves once the current one is rolled back. */
  readonly inUse: "program" | "previous"
  /** Whether there is one before it; null: that depends on whether one was rolled back. */
  readonly hasPrevious: boolean | null
}

/** How a step ends. */
export type End =
  | { readonly _tag: "Completed"; readonly executed: Track; readonly fellBack: boolean }
  | { readonly _tag: "Failed"; readonly reason: FailureReason; readonly fellBack: boolean }
  | { readonly _tag: "Cancelled" }

/**
 * How a step may end, as the design says it in words. There is more than one way only where it depends on when the breaker
 * lets the next one try.
 */
export const expectedEnds = (routed: RoutedStep): ReadonlyArray<End> => {
  switch (routed.route.to) {
    case "traditional":
      return [alone("prompt", routed, false)]
    case "optimized":
      return afterProgram(outcomeOf(routed.inUse, routed), routed)
    case "fallback":
      return mayFallBack(routed) ? fallenBack(routed) : [failed("dspy_unavailable", false)]
    case "comparing":
      return [compared(routed)]
  }
}

/** Why the optimized track did not answer, where it did not. */
export const expectedCause = (routed: RoutedStep): string =>
  routed.route.to === "fallback" ? "dspy_unavailable" : outcomeOf(routed.inUse, routed)

/** What asking comes to. */
type Outcome = "answer" | "cancel" | FailureReason

const outcomeOf = (asked: Exclude<Asked, "judge">, { script: { calls }, step }: RoutedStep): Outcome => {
  const { does } = calls[asked]
  const onProgram = asked !== "prompt"
  switch (does) {
    case "answers":
      return judged(calls.judge.does, step)
    case "babbles":
      return onProgram ? "optimization_failed" : judged(calls.judge.does, step)
    case "cancels":
      return "cancel"
    case "dies":
      return "defect"
    case "hangs":
    case "timeout":
      return "timeout"
    case "authentication":
    case "budget_exceeded":
      return does
    case "bad_request":
      return "configuration"
    case "unreachable":
      return onProgram ? "dspy_unavailable" : "model_failed"
    default:
      return onProgram ? "optimization_failed" : "model_failed"
  }
}

const judged = (judge: string, { quality = [] }: RoutedStep["step"]): Outcome =>
  quality.includes("llm_judge") && judge === "cancels" ? "cancel" : "answer"

const alone = (asked: Exclude<Asked, "judge">, routed: RoutedStep, fellBack: boolean): End => {
  const outcome = outcomeOf(asked, routed)
  if (outcome === "cancel") return { _tag: "Cancelled" }
  return outcome === "answer" ? completed(asked, fellBack) : failed(outcome, fellBack)
}

const completed = (asked: Asked, fellBack: boolean): End => ({
  _tag: "Completed",
  executed: asked === "prompt" ? "traditional" : "optimized",
  fellBack,
})

const failed = (reason: FailureReason, fellBack: boolean): End => ({ _tag: "Failed", reason, fellBack })

const mayFallBack = ({ step, fallbackEnabled }: RoutedStep): boolean =>
  fallbackEnabled && step.dspy_config?.fallback_strategy !== "error"

const isAbsorbed = (reason: FailureReason, { step }: RoutedStep): boolean => {
  const writes = "claude_options" in step
  return ["dspy_unavailable", ...(writes ? [] : ["optimization_failed", "timeout", "defect"])].includes(reason)
}

const afterProgram = (outcome: Outcome, routed: RoutedStep): ReadonlyArray<End> => {
  if (outcome === "cancel") return [{ _tag: "Cancelled" }]
  if (outcome === "answer") return [completed("program", false)]
  return mayFallBack(routed) && isAbsorbed(outcome, routed) ? fallenBack(routed) : [failed(outcome, false)]
}

/** The optimized track could not answer, and nothing forbids another try. */
const fallenBack = (routed: RoutedStep): ReadonlyArray<End> => {
  const { step, route, script, hasPrevious } = routed
  const traditional = alone("prompt", routed, true)
  switch (step.dspy_config?.fallback_strategy) {
    case "cached_best_effort": {
      if (hasPrevious === false) return [traditional]
      const end = alone("previous", routed, true)
      const ends = end._tag === "Failed" && isAbsorbed(end.reason, routed) ? [traditional] : [end]
      return hasPrevious ? ends : [...ends, traditional]
    }
    case "wait_and_retry": {
      if (route.facts.breaker !== "open" || script.readiness !== "truth") return [traditional]
      const later = alone(routed.inUse, routed, true)
      return later._tag === "Failed" && isAbsorbed(later.reason, routed) ? [traditional] : [traditional, later]
    }
    default:
      return [traditional]
  }
}

const compared = (routed: RoutedStep): End => {
  const [prompt, program] = [outcomeOf("prompt", routed), outcomeOf(routed.inUse, routed)]
  if (prompt === "cancel" || program === "cancel") return { _tag: "Cancelled" }
  if (prompt !== "answer") return program === "answer" ? completed("program", false) : failed(prompt, false)
  return completed(program === "answer" ? betterOf(routed) : "prompt", false)
}

const betterOf = ({ step: { quality = [] }, script: { calls }, inUse }: RoutedStep): Asked => {
  if (quality.includes("schema") && calls.prompt.does === "babbles") return "program"
  const [prompt, program] = [calls.prompt.price, calls[inUse].price]
  return prompt !== null && program !== null && program < prompt ? "program" : "prompt"
}

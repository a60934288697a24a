import * as Result from "effect/Result"
import type { Condition } from "../Condition.ts"
import { evaluateCondition } from "../language/evaluateCondition.ts"
import type { StepTask } from "../StepTask.ts"

/** Whether a step is to run. */
export type ConditionCheck =
  | { readonly _tag: "Holds" }
  | { readonly _tag: "Fails"; readonly because: string }
  | { readonly _tag: "Broken"; readonly message: string }

/** Evaluates the step's condition over the results so far; a step without one runs. */
export const checkCondition = ({ step, scope, settings }: StepTask): ConditionCheck => {
  if (step.condition === undefined) return { _tag: "Holds" }
  const verdict = evaluateCondition(step.condition, scope, settings.strictCompat ? "strict_compat" : "ours")
  if (Result.isFailure(verdict)) {
    return { _tag: "Broken", message: `condition of step "${step.name}": ${verdict.failure.message}` }
  }
  return verdict.success
    ? { _tag: "Holds" }
    : { _tag: "Fails", because: `Condition not met: ${conditionText(step.condition)}` }
}

const conditionText = (condition: Condition): string =>
  typeof condition === "string" ? condition : JSON.stringify(condition)

import * as Result from "effect/Result"
import type { Condition } from "../Condition.ts"
import type { Scope } from "../StepTask.ts"
import type { Dialect } from "./Dialect.ts"
import { type Environment, evaluateExpression, evaluationBudget } from "./evaluateExpression.ts"
import { interpolateText } from "./interpolate.ts"
import type { LanguageError } from "./LanguageError.ts"
import { parseCondition } from "./parseCondition.ts"
import { onItsOwn } from "./parseExpression.ts"
import { hyphenatedNames, resolveReference } from "./resolveReference.ts"
import { strictCondition } from "./strict/strictCondition.ts"
import { isTruthy } from "./values.ts"

/** Whether a condition, as written in the workflow, holds. What is not there is `null`. */
export const evaluateCondition = (
  condition: Condition,
  scope: Scope,
  dialect: Dialect,
): Result.Result<boolean, LanguageError> => {
  if (dialect === "strict_compat") return strictCondition(condition, scope)
  return Result.gen(function* () {
    const expression = yield* parseCondition(condition, { ...onItsOwn, hyphenatedNames: hyphenatedNames(scope) })
    return isTruthy(yield* evaluateExpression(expression, environmentOf(scope)))
  })
}

/** Templates in a condition are parentheses; only inside quotes they are filled as text. */
const environmentOf = (scope: Scope): Environment => ({
  resolve: (segments) => {
    const resolved = resolveReference(segments, scope, "steps_first")
    return Result.succeed(resolved._tag === "Found" ? resolved.value : null)
  },
  fillText: (text) => Result.map(interpolateText(text, scope, "ours"), (filled) => filled.text),
  notANumber: () => Result.succeed(null),
  startedAt: scope.run.startedAt,
  budget: { steps: evaluationBudget },
})

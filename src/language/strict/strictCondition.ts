import * as Result from "effect/Result"
import type { Condition } from "../../Condition.ts"
import type { Scope } from "../../StepTask.ts"
import type { LanguageError } from "../LanguageError.ts"

export const strictCondition = (_condition: Condition, _scope: Scope): Result.Result<boolean, LanguageError> =>
  Result.succeed(true)

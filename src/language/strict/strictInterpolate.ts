import * as Result from "effect/Result"
import type { Scope } from "../../StepTask.ts"
import type { Interpolated } from "../interpolate.ts"
import type { LanguageError } from "../LanguageError.ts"

export const strictInterpolate = (template: string, _scope: Scope): Result.Result<Interpolated, LanguageError> =>
  Result.succeed({ value: template, blanks: [] })

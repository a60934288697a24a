import * as Result from "effect/Result"
import type { LanguageError } from "../../src/language/LanguageError.ts"
import type { Scope } from "../../src/StepTask.ts"

/** A scope with what a test names, and nothing else. */
export const scopeWith = (part: Partial<Scope> = {}): Scope => ({
  inputs: {},
  results: {},
  variables: {},
  globalVars: {},
  run: { id: "run-1", startedAt: "2026-03-01T12:00:00.000Z" },
  ...part,
})

/** What a result holds, or the message of its error. */
export const valueOrMessage = <A>(result: Result.Result<A, LanguageError>): A | string =>
  Result.isSuccess(result) ? result.success : result.failure.message

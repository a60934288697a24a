import * as Result from "effect/Result"
import type { PromptPart } from "../PromptPart.ts"
import type { Step } from "../Step.ts"
import type { Scope } from "../StepTask.ts"
import type { Dialect } from "./Dialect.ts"
import { interpolate, interpolateText } from "./interpolate.ts"
import type { LanguageError } from "./LanguageError.ts"

/** A step with its templates filled. `blanks` names what rendered as nothing. */
export interface InterpolatedStep {
  readonly step: Step
  readonly blanks: ReadonlyArray<string>
}

/**
 * Fills every text of a step but its identity (`name`, `type`, `execution_mode`), its `condition`
 * (see `evaluateCondition`), `signature` and `dspy_config`, whose templates belong to whoever calls
 * the model, and `quality`, whose templates belong to whoever judges the answer. The bodies of loops
 * and nested pipelines are filled when they run; strict compatibility fills them here, before their
 * variables exist, as the original does.
 */
export const interpolateStep = (
  step: Step,
  scope: Scope,
  dialect: Dialect,
): Result.Result<InterpolatedStep, LanguageError> =>
  Result.gen(function* () {
    const blanks = new Set<string>()
    const filler = fillerOf(scope, dialect, blanks)
    const filled: Array<readonly [string, unknown]> = []
    for (const [key, value] of Object.entries(step)) {
      if (typed.has(key) || (dialect === "ours" && filledWhenRun.has(key))) continue
      filled.push([key, yield* filler.value(value)])
    }
    const prompt: Array<PromptPart> = []
    for (const part of step.prompt ?? []) prompt.push(yield* filler.part(part))
    const { output_to_file } = step
    const result: Step = {
      ...step,
      ...Object.fromEntries(filled),
      ...(step.prompt === undefined ? {} : { prompt }),
      ...(output_to_file === undefined ? {} : { output_to_file: yield* filler.text(output_to_file) }),
    }
    return { step: result, blanks: [...blanks] }
  })

const typed = new Set([
  "name",
  "type",
  "prompt",
  "condition",
  "output_to_file",
  "execution_mode",
  "signature",
  "dspy_config",
  "quality",
])
const filledWhenRun = new Set(["steps", "pipeline", "break_condition", "continue_condition"])

interface Filler {
  readonly value: (value: unknown) => Result.Result<unknown, LanguageError>
  readonly text: (template: string) => Result.Result<string, LanguageError>
  readonly part: (part: PromptPart) => Result.Result<PromptPart, LanguageError>
}

const fillerOf = (scope: Scope, dialect: Dialect, blanks: Set<string>): Filler => {
  const noted = (names: ReadonlyArray<string>): void => names.forEach((name) => blanks.add(name))

  const text = (template: string): Result.Result<string, LanguageError> =>
    Result.map(interpolateText(template, scope, dialect), (filled) => {
      noted(filled.blanks)
      return filled.text
    })

  const value = (written: unknown): Result.Result<unknown, LanguageError> => {
    if (typeof written === "string") {
      return Result.map(interpolate(written, scope, dialect), (filled) => {
        noted(filled.blanks)
        return filled.value
      })
    }
    if (Array.isArray(written)) return Result.all(written.map(value))
    if (typeof written !== "object" || written === null) return Result.succeed(written)
    return Result.gen(function* () {
      const entries: Array<readonly [string, unknown]> = []
      for (const [key, item] of Object.entries(written)) entries.push([key, yield* value(item)])
      return Object.fromEntries(entries)
    })
  }

  const part = (written: PromptPart): Result.Result<PromptPart, LanguageError> =>
    Result.gen(function* () {
      switch (written.type) {
        case "static":
          return { ...written, content: yield* text(written.content) }
        case "file":
          return { ...written, path: yield* text(written.path) }
        case "previous_response": {
          const step = yield* text(written.step)
          return written.extract === undefined
            ? { ...written, step }
            : { ...written, step, extract: yield* text(written.extract) }
        }
        default:
          return { ...written, session_id: yield* text(written.session_id) }
      }
    })

  return { value, text, part }
}

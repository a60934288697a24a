import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { JsonObject } from "../../../Json.ts"
import type { StepTask } from "../../../StepTask.ts"
import { addUsage, noUsage, type Usage } from "../../../Usage.ts"
import type { ModelAnswer, ModelError, Models } from "../../models/Models.ts"
import { RepeatableCalls } from "../../models/RepeatableCalls.ts"
import { Prompts } from "../../prompts/Prompts.ts"
import { askModel, claudeQuestion, type Question } from "../askModel.ts"
import { modelFailure } from "../modelFailure.ts"
import { presetOptions } from "../presets.ts"
import type { StepType } from "../StepType.ts"
import { stepAnswer } from "../stepAnswer.ts"
import { stepOptions, WithPreset } from "../stepOptions.ts"
import { stepPrompt } from "../stepPrompt.ts"
import { parsedKey } from "./claude.ts"
import { degradedAnswer } from "./degradedAnswer.ts"
import { backoffMs, mayRetry, RetryConfig } from "./retryConfig.ts"

const Options = Schema.Struct({ ...WithPreset.fields, retry_config: Schema.optionalKey(RetryConfig) })

/**
 * `claude_robust`: one prompt, asked again after failures that the step's conditions name. Without a
 * `fallback_action` the last failure is the step's; with one the answer is degraded and says so.
 */
export const claudeRobust: StepType = {
  prompts: (task) => Effect.map(stepPrompt(task), (parts) => [{ parts }]),
  execute: Effect.fnUntraced(function* (task) {
    const prompts = yield* Prompts
    const { retry_config: config = {}, ...own } = yield* stepOptions(Options, task.step)
    const { prompt } = yield* prompts.render(yield* stepPrompt(task), task)
    const question = claudeQuestion(prompt, presetOptions(own, task))

    const attempts = yield* attempt(task, question, config)
    const metadata = { robustness_metadata: { ...attempts.metadata, retry_strategy_used: strategyOf(config) } }
    if (attempts.ended._tag === "answered") {
      const usage = addUsage(attempts.spent, attempts.ended.answer.usage)
      const { text, model } = attempts.ended.answer
      return stepAnswer(task, { text, model, usage }, { ...parsedKey(text, own.claude_options), ...metadata })
    }

    const { error } = attempts.ended
    const failure = modelFailure(error, { step: task.step.name, track: "traditional", usage: attempts.spent })
    const absorbable = failure.reason === "model_failed" || failure.reason === "timeout"
    const action = config.fallback_action ?? originalFallback(task)
    if (action === undefined || !absorbable) return yield* failure
    return yield* degradedAnswer(task, { action, question, failure, metadata })
  }),
}

/** The original hides every failure. */
const originalFallback = ({ settings }: StepTask): string | undefined =>
  settings.strictCompat ? "graceful_degradation" : undefined

interface Attempts {
  readonly ended:
    | { readonly _tag: "answered"; readonly answer: ModelAnswer }
    | { readonly _tag: "failed"; readonly error: ModelError }
  /** Used up by the failed attempts before the last. */
  readonly spent: Usage
  readonly metadata: JsonObject
}

const attempt = Effect.fnUntraced(function* (
  task: StepTask,
  question: Question,
  config: RetryConfig,
): Effect.fn.Return<Attempts, never, Models> {
  const startedAt = yield* Clock.currentTimeMillis
  const errors: Array<ModelError> = []
  const maxRetries = (yield* RepeatableCalls) ? (config.max_retries ?? 3) : 0

  for (;;) {
    const result = yield* Effect.result(askModel(task, question))
    const metadata = {
      attempt_number: errors.length + 1,
      total_attempts: maxRetries + 1,
      execution_time_ms: (yield* Clock.currentTimeMillis) - startedAt,
      error_history: errors.map(({ message }) => message),
      recovery_successful: result._tag === "Success" && errors.length > 0,
    }
    const spent = errors.map(({ usage = noUsage }) => usage).reduce(addUsage, noUsage)
    if (result._tag === "Success") return { ended: { _tag: "answered", answer: result.success }, spent, metadata }

    const error = result.failure
    if (errors.length >= maxRetries || !mayRetry(config, error)) {
      return { ended: { _tag: "failed", error }, spent, metadata }
    }
    errors.push(error)
    yield* Effect.sleep(backoffMs(config, errors.length))
  }
})

const strategyOf = (config: RetryConfig): string => config.backoff_strategy ?? "exponential"

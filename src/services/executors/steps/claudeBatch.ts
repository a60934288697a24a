import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { JsonObject } from "../../../Json.ts"
import type { PromptPart } from "../../../PromptPart.ts"
import type { StepFailure } from "../../../StepFailure.ts"
import type { StepTask } from "../../../StepTask.ts"
import { runSubTasks, type SubTask, type SubTaskOutcome, someAnswered, usageOf } from "../parallelTasks.ts"
import { presetOptions } from "../presets.ts"
import type { StepType } from "../StepType.ts"
import { stepAnswer } from "../stepAnswer.ts"
import { Bound, Milliseconds, stepOptions, TaskPrompt, WithPreset } from "../stepOptions.ts"
import { stepPrompt } from "../stepPrompt.ts"
import { batchReport } from "./batchReport.ts"

const Options = Schema.Struct({
  ...WithPreset.fields,
  batch_config: Schema.optionalKey(
    Schema.Struct({
      max_parallel: Schema.optionalKey(Bound),
      timeout_per_task: Schema.optionalKey(Milliseconds),
      consolidate_results: Schema.optionalKey(Schema.Boolean),
    }),
  ),
  tasks: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        task_id: Schema.optionalKey(Schema.String),
        prompt: Schema.optionalKey(TaskPrompt),
        file: Schema.optionalKey(Schema.String),
      }),
    ),
  ),
})

/**
 * `claude_batch`: several prompts, a few at once. The step answers when at least one task did; `text`
 * is a report on all of them, or the answers alone where `consolidate_results` is false.
 */
export const claudeBatch: StepType = {
  prompts: (task) => Effect.map(subTasksOf(task), (subTasks) => subTasks.map(({ id, parts }) => ({ part: id, parts }))),
  execute: Effect.fnUntraced(function* (task) {
    const { batch_config: config = {} } = yield* stepOptions(Options, task.step)
    const outcomes = yield* runSubTasks(visible(task), yield* subTasksOf(task), {
      maxParallel: config.max_parallel ?? 3,
      timeoutMs: config.timeout_per_task ?? 60_000,
    })
    yield* someAnswered(task, outcomes)

    const text = config.consolidate_results === false ? answersOf(outcomes).join("\n\n") : batchReport(outcomes)
    const [first] = outcomes.flatMap((outcome) => (outcome.status === "success" ? [outcome.answer.model] : []))
    return stepAnswer(task, { text, model: first ?? null, usage: usageOf(outcomes) }, yield* batchKeys(task, outcomes))
  }),
}

/** In the original, the prompts of tasks see no results of earlier steps. */
const visible = (task: StepTask): StepTask =>
  task.settings.strictCompat ? { ...task, scope: { ...task.scope, results: {} } } : task

const subTasksOf = Effect.fnUntraced(function* (task: StepTask): Effect.fn.Return<ReadonlyArray<SubTask>, StepFailure> {
  const { tasks, ...own } = yield* stepOptions(Options, task.step)
  const options = presetOptions(own, task)
  if (tasks === undefined) return [{ id: "default_task", parts: yield* onlyPrompt(task), options }]
  return tasks.map(({ task_id, prompt = [], file }, index) => ({
    id: task_id ?? `task_${index}`,
    parts: [...partsOf(prompt), ...(file === undefined ? [] : [{ type: "file", path: file } as const])],
    options,
    ...(file === undefined ? {} : { file }),
  }))
})

/** In the original, the prompt of a step without tasks is lost. */
const onlyPrompt = (task: StepTask): Effect.Effect<ReadonlyArray<PromptPart>, StepFailure> =>
  task.settings.strictCompat ? Effect.succeed([]) : stepPrompt(task)

const partsOf = (prompt: typeof TaskPrompt.Type): ReadonlyArray<PromptPart> =>
  typeof prompt === "string" ? [{ type: "static", content: prompt }] : prompt

const answersOf = (outcomes: ReadonlyArray<SubTaskOutcome>): ReadonlyArray<string> =>
  outcomes.flatMap((outcome) => (outcome.status === "success" ? [outcome.answer.text] : []))

const batchKeys = Effect.fnUntraced(function* (task: StepTask, outcomes: ReadonlyArray<SubTaskOutcome>) {
  const count = (status: SubTaskOutcome["status"]) => outcomes.filter((outcome) => outcome.status === status).length
  const durations = outcomes.map(({ durationMs }) => durationMs)
  const successful = count("success")
  return {
    batch_processed: true,
    total_tasks: outcomes.length,
    successful_tasks: successful,
    failed_tasks: outcomes.length - successful,
    batch_results: outcomes.map(taskResult),
    claude_batch_metadata: {
      step_name: task.step.name,
      total_tasks: outcomes.length,
      task_breakdown: { successful, failed: count("error"), timeout: count("timeout") },
      files_processed: outcomes.flatMap(({ task: { file } }) => (file === undefined ? [] : [file])),
      batch_processed_at: DateTime.formatIso(yield* DateTime.now),
    },
    performance_statistics: {
      total_execution_time_ms: durations.reduce((sum, duration) => sum + duration, 0),
      average_task_time_ms: durations.reduce((sum, duration) => sum + duration, 0) / durations.length,
      min_task_time_ms: Math.min(...durations),
      max_task_time_ms: Math.max(...durations),
    },
  }
})

const taskResult = (outcome: SubTaskOutcome): JsonObject => ({
  task_id: outcome.task.id,
  status: outcome.status,
  file: outcome.task.file ?? null,
  execution_time_ms: outcome.durationMs,
  ...(outcome.status === "success"
    ? {
        result: {
          success: true,
          text: outcome.answer.text,
          cost: outcome.answer.usage.costUsd,
          model: outcome.answer.model,
        },
      }
    : { error: outcome.error }),
})

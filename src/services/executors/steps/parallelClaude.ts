import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { JsonObject } from "../../../Json.ts"
import type { StepFailure } from "../../../StepFailure.ts"
import type { StepTask } from "../../../StepTask.ts"
import { runSubTasks, type SubTask, type SubTaskOutcome, someAnswered, usageOf } from "../parallelTasks.ts"
import type { StepType } from "../StepType.ts"
import { stepAnswer } from "../stepAnswer.ts"
import { Bound, ClaudeOptions, stepOptions, TaskPrompt } from "../stepOptions.ts"

const Options = Schema.Struct({
  /** How many prompts are under way at once. */
  max_parallel: Schema.optionalKey(Bound),
  parallel_tasks: Schema.Array(
    Schema.Struct({
      id: Schema.optionalKey(Schema.String),
      prompt: TaskPrompt,
      claude_options: Schema.optionalKey(ClaudeOptions),
    }),
  ),
})

/**
 * `parallel_claude`: several prompts with options of their own, at most `max_parallel` (default 5) at
 * once. `individual_results` has each task's result by id, `combined_results` and `text` all texts.
 */
export const parallelClaude: StepType = {
  prompts: (task) => Effect.map(subTasksOf(task), (subTasks) => subTasks.map(({ id, parts }) => ({ part: id, parts }))),
  execute: Effect.fnUntraced(function* (task) {
    const { max_parallel = 5 } = yield* stepOptions(Options, task.step)
    const outcomes = yield* runSubTasks(task, yield* subTasksOf(task), { maxParallel: max_parallel })
    yield* someAnswered(task, outcomes)

    const combined = outcomes.map(combinedText).join("\n\n")
    const [first] = outcomes.flatMap((outcome) => (outcome.status === "success" ? [outcome.answer.model] : []))
    return stepAnswer(
      task,
      { text: combined, model: first ?? null, usage: usageOf(outcomes) },
      {
        combined_results: combined,
        individual_results: Object.fromEntries(outcomes.map((outcome) => [outcome.task.id, taskResult(outcome)])),
      },
    )
  }),
}

const subTasksOf = (task: StepTask): Effect.Effect<ReadonlyArray<SubTask>, StepFailure> =>
  Effect.map(stepOptions(Options, task.step), ({ parallel_tasks }) =>
    parallel_tasks.map(({ id, prompt, claude_options = {} }, index) => ({
      id: id ?? `task_${index}`,
      parts: typeof prompt === "string" ? [{ type: "static", content: prompt } as const] : prompt,
      options: claude_options,
    })),
  )

const combinedText = (outcome: SubTaskOutcome): string =>
  `=== ${outcome.task.id} ===\n${outcome.status === "success" ? outcome.answer.text : `No answer: ${outcome.error}`}`

const taskResult = (outcome: SubTaskOutcome): JsonObject =>
  outcome.status === "success"
    ? { success: true, text: outcome.answer.text, cost: outcome.answer.usage.costUsd, model: outcome.answer.model }
    : { success: false, error: outcome.error }

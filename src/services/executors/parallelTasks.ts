import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PromptPart } from "../../PromptPart.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { addUsage, noUsage, type Usage } from "../../Usage.ts"
import type { ModelAnswer, Models } from "../models/Models.ts"
import { Prompts } from "../prompts/Prompts.ts"
import { askModel, claudeQuestion } from "./askModel.ts"
import { modelFailure } from "./modelFailure.ts"
import type { ClaudeOptions } from "./stepOptions.ts"

/** One of the prompts of a step that sends several. */
export interface SubTask {
  readonly id: string
  readonly parts: ReadonlyArray<PromptPart>
  readonly options: ClaudeOptions
  /** Named in the results of `claude_batch`. */
  readonly file?: string
}

/** What became of one of them. `durationMs` includes rendering its prompt. */
export type SubTaskOutcome = { readonly task: SubTask; readonly durationMs: number } & (
  | { readonly status: "success"; readonly answer: ModelAnswer }
  | { readonly status: "error" | "timeout"; readonly error: string; readonly usage: Usage }
)

/**
 * Asks all prompts, at most `maxParallel` at once, each within `timeoutMs`. A failing prompt is an
 * outcome; a mistake in keys or configuration, which would fail them all, fails the step at once; a budget
 * that is used up fails it as soon as the calls under way have ended, and keeps the others from being made.
 */
export const runSubTasks = (
  task: StepTask,
  subTasks: ReadonlyArray<SubTask>,
  limits: { readonly maxParallel: number; readonly timeoutMs?: number },
): Effect.Effect<ReadonlyArray<SubTaskOutcome>, StepFailure, Models | Prompts> =>
  subTasks.length === 0
    ? Effect.fail(
        new StepFailure({
          reason: "configuration",
          message: `Step "${task.step.name}" has no tasks. Add at least one.`,
        }),
      )
    : Effect.suspend(() => {
        let refused: StepFailure | null = null
        const run = (subTask: SubTask) => {
          if (refused !== null) return Effect.succeed<SubTaskOutcome>(notAsked(subTask, refused))
          return runSubTask(task, subTask, limits.timeoutMs).pipe(
            Effect.catchIf(
              ({ reason }) => reason === "budget_exceeded",
              (failure) => Effect.sync((): SubTaskOutcome => notAsked(subTask, (refused ??= failure))),
            ),
          )
        }
        return Effect.flatMap(Effect.forEach(subTasks, run, { concurrency: limits.maxParallel }), (outcomes) =>
          refused === null ? Effect.succeed(outcomes) : Effect.fail(withUsageOf(refused, outcomes)),
        )
      })

const notAsked = (task: SubTask, { message, usage = noUsage }: StepFailure) =>
  ({ task, durationMs: 0, status: "error", error: message, usage }) as const

const withUsageOf = ({ reason, message }: StepFailure, outcomes: ReadonlyArray<SubTaskOutcome>): StepFailure =>
  new StepFailure({ reason, message, usage: usageOf(outcomes) })

/** Everything the prompts used up, failed ones included. */
export const usageOf = (outcomes: ReadonlyArray<SubTaskOutcome>): Usage =>
  outcomes
    .map((outcome) => (outcome.status === "success" ? outcome.answer.usage : outcome.usage))
    .reduce(addUsage, noUsage)

/** Fails a step none of whose prompts was answered; in the original even such a step succeeds. */
export const someAnswered = (
  task: StepTask,
  outcomes: ReadonlyArray<SubTaskOutcome>,
): Effect.Effect<void, StepFailure> => {
  const failures = outcomes.flatMap((outcome) => (outcome.status === "success" ? [] : [outcome]))
  return failures.length < outcomes.length || task.settings.strictCompat
    ? Effect.void
    : Effect.fail(allFailed(task, failures))
}

const allFailed = (task: StepTask, failures: ReadonlyArray<SubTaskOutcome & { readonly error: string }>): StepFailure =>
  new StepFailure({
    reason: failures.every(({ status }) => status === "timeout") ? "timeout" : "model_failed",
    message:
      `Step "${task.step.name}": none of its ${failures.length} tasks was answered.\n` +
      failures.map(({ task: { id }, error }) => `  ${id}: ${error}`).join("\n"),
    usage: usageOf(failures),
  })

const runSubTask = Effect.fnUntraced(function* (
  task: StepTask,
  subTask: SubTask,
  timeoutMs: number | undefined,
): Effect.fn.Return<SubTaskOutcome, StepFailure, Models | Prompts> {
  const startedAt = yield* Clock.currentTimeMillis
  const ended = yield* Effect.result(within(timeoutMs, ask(task, subTask)))
  const ran = { task: subTask, durationMs: (yield* Clock.currentTimeMillis) - startedAt }

  if (ended._tag === "Success") {
    return Option.match(ended.success, {
      onNone: (): SubTaskOutcome => ({
        ...ran,
        status: "timeout",
        error: `no answer within ${timeoutMs} ms`,
        usage: noUsage,
      }),
      onSome: (answer): SubTaskOutcome => ({ ...ran, status: "success", answer }),
    })
  }
  const { reason, message, usage = noUsage } = ended.failure
  if (reason === "authentication" || reason === "configuration" || reason === "budget_exceeded")
    return yield* ended.failure
  return { ...ran, status: reason === "timeout" ? "timeout" : "error", error: message, usage }
})

const within = <A, E, R>(timeoutMs: number | undefined, effect: Effect.Effect<A, E, R>) =>
  timeoutMs === undefined ? Effect.map(effect, Option.some) : Effect.timeoutOption(effect, timeoutMs)

const ask = Effect.fnUntraced(function* (task: StepTask, { parts, options }: SubTask) {
  const prompts = yield* Prompts
  const { prompt } = yield* prompts.render(parts, task)
  return yield* askModel(task, claudeQuestion(prompt, options)).pipe(
    Effect.mapError((error) => modelFailure(error, { step: task.step.name, track: "traditional" })),
  )
})

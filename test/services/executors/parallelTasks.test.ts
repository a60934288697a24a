import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import type { StepTask } from "../../../src/StepTask.ts"
import { aTask } from "./aTask.ts"
import { execute } from "./execute.ts"
import { failure, promptOf, type ScriptedModels, scriptedModels } from "./scriptedModels.ts"

const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ prompt: `number ${index}` }))

const executeInTime = (task: StepTask, models: ScriptedModels, durationMs: number) =>
  Effect.gen(function* () {
    const running = yield* Effect.forkChild(execute(task, models))
    yield* TestClock.adjust(durationMs)
    return yield* Fiber.join(running)
  })

describe("claude_batch", () => {
  it.effect("asks at most max_parallel prompts at once, and keeps their order", () =>
    Effect.gen(function* () {
      const models = scriptedModels((request) => `answer to ${promptOf(request)}`, { durationMs: 100 })
      const task = aTask({ type: "claude_batch", tasks: numbered(7), batch_config: { max_parallel: 2 } })

      const { result, usage } = yield* executeInTime(task, models, 400)

      assert.strictEqual(models.calls.mostAtOnce, 2)
      assert.deepInclude(result, { success: true, total_tasks: 7, successful_tasks: 7, failed_tasks: 0 })
      assert.deepStrictEqual(
        Object.values(result["batch_results"] ?? []).map((each) => Object(each).result.text),
        numbered(7).map(({ prompt }) => `answer to ${prompt}`),
      )
      assert.deepStrictEqual(usage.tokens, { input: 70, output: 35 })
      assert.closeTo(usage.costUsd ?? 0, 0.07, 1e-9)
    }),
  )

  it.effect("asks three at once unless told otherwise", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok", { durationMs: 100 })

      yield* executeInTime(aTask({ type: "claude_batch", tasks: numbered(8) }), models, 300)

      assert.strictEqual(models.calls.mostAtOnce, 3)
    }),
  )

  it.effect("gives up on a task after timeout_per_task and goes on with the others", () =>
    Effect.gen(function* () {
      const models = scriptedModels((request) => (promptOf(request) === "number 1" ? "hangs" : "ok"))
      const task = aTask({ type: "claude_batch", tasks: numbered(3), batch_config: { timeout_per_task: 500 } })

      const { result } = yield* executeInTime(task, models, 500)

      assert.deepInclude(result, { successful_tasks: 2, failed_tasks: 1 })
      assert.deepInclude(Object.values(result["batch_results"] ?? [])[1], {
        task_id: "task_1",
        status: "timeout",
        error: "no answer within 500 ms",
      })
      assert.strictEqual(models.calls.aborted, 1)
    }),
  )

  it.effect("reports failed tasks beside the answered ones", () =>
    Effect.gen(function* () {
      const models = scriptedModels((request) => (promptOf(request) === "one" ? failure("refused") : "two's answer"))
      const task = aTask({
        type: "claude_batch",
        tasks: [
          { task_id: "first", prompt: "one" },
          { task_id: "second", prompt: [{ type: "static", content: "two" }] },
          { task_id: "third", file: "missing.md" },
        ],
      })

      const { result } = yield* execute(task, models)

      const text = String(result["text"])
      assert.include(text, "1 of 3 tasks answered")
      assert.include(text, "## second\n\ntwo's answer")
      assert.include(text, '## first\n\nNo answer (error): Step "draft": the provider says refused')
      assert.include(text, "missing.md")
      assert.deepInclude(result["claude_batch_metadata"], { files_processed: ["missing.md"] })
    }),
  )

  it.effect("gives the answers alone where consolidate_results is false", () =>
    Effect.gen(function* () {
      const models = scriptedModels((request) => promptOf(request))
      const batch_config = { consolidate_results: false }

      const { result } = yield* execute(aTask({ type: "claude_batch", tasks: numbered(2), batch_config }), models)

      assert.strictEqual(result["text"], "number 0\n\nnumber 1")
    }),
  )

  it.effect("fails when no task was answered, naming each", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => failure("server_error"))

      const failed = yield* Effect.flip(execute(aTask({ type: "claude_batch", tasks: numbered(2) }), models))

      assert.strictEqual(failed.reason, "model_failed")
      assert.include(failed.message, 'Step "draft": none of its 2 tasks was answered.')
      assert.include(failed.message, "task_1: ")
    }),
  )

  it.effect("fails at once for a key that is refused", () =>
    Effect.gen(function* () {
      const models = scriptedModels((_, call) => (call === 1 ? failure("authentication") : "hangs"))

      const failed = yield* Effect.flip(execute(aTask({ type: "claude_batch", tasks: numbered(9) }), models))

      assert.strictEqual(failed.reason, "authentication")
      assert.strictEqual(models.calls.running, 0)
    }),
  )

  it.effect("takes the step's prompt for its only task where it has none", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")
      const prompt = [{ type: "static", content: "single" } as const]

      const { result } = yield* execute(aTask({ type: "claude_batch", prompt }), models)

      assert.strictEqual(promptOf(models.requests[0]), "single")
      assert.deepInclude(Object.values(result["batch_results"] ?? [])[0], {
        task_id: "default_task",
        status: "success",
      })
    }),
  )

  it.effect("shows its tasks the answers of earlier steps", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")
      const prompt = [{ type: "previous_response", step: "sort", extract: "text" }]
      const task = aTask({ type: "claude_batch", tasks: [{ prompt }] }, { scope: { results: { sort: { text: "A" } } } })

      yield* execute(task, models)

      assert.strictEqual(promptOf(models.requests[0]), "A")
    }),
  )

  it.effect.each([
    [{ batch_config: { max_parallel: 0 }, tasks: [{ prompt: "x" }] }, "batch_config.max_parallel"],
    [{ tasks: [{ prompt: 3 }] }, "tasks[0].prompt"],
    [{ tasks: [{ prompt: [{ type: "static" }] }] }, "tasks[0].prompt"],
    [{ preset: "prod", tasks: [{ prompt: "x" }] }, "preset"],
    [{ tasks: [] }, "has no tasks"],
  ] as const)("%o is a mistake in the configuration", ([options, where]) =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")

      const failed = yield* Effect.flip(execute(aTask({ type: "claude_batch", ...options }), models))

      assert.strictEqual(failed.reason, "configuration")
      assert.include(failed.message, where)
      assert.lengthOf(models.requests, 0)
    }),
  )
})

describe("parallel_claude", () => {
  const parallel_tasks = [
    { id: "t1", prompt: [{ type: "static", content: "one" }], claude_options: { model: "haiku" } },
    { id: "t2", prompt: "two" },
  ]

  it.effect("asks every task with options of its own and gives plain results by id", () =>
    Effect.gen(function* () {
      const models = scriptedModels((request) => promptOf(request).toUpperCase())

      const { result } = yield* execute(aTask({ type: "parallel_claude", parallel_tasks }), models)

      assert.deepStrictEqual(result, {
        success: true,
        text: "=== t1 ===\nONE\n\n=== t2 ===\nTWO",
        cost: 0.02,
        model: "claude/haiku",
        combined_results: "=== t1 ===\nONE\n\n=== t2 ===\nTWO",
        individual_results: {
          t1: { success: true, text: "ONE", cost: 0.01, model: "claude/haiku" },
          t2: { success: true, text: "TWO", cost: 0.01, model: "claude/default" },
        },
      })
    }),
  )

  it.effect("keeps a failed task among the others", () =>
    Effect.gen(function* () {
      const models = scriptedModels((request) => (promptOf(request) === "one" ? failure("refused") : "2"))

      const { result } = yield* execute(aTask({ type: "parallel_claude", parallel_tasks }), models)

      assert.deepInclude(Object(result["individual_results"]).t1, { success: false })
      assert.include(String(result["combined_results"]), "=== t2 ===\n2")
    }),
  )

  it.effect("asks at most max_parallel at once, five by default", () =>
    Effect.gen(function* () {
      const mostAtOnce = (options: object) =>
        Effect.gen(function* () {
          const models = scriptedModels(() => "ok", { durationMs: 10 })
          yield* executeInTime(
            aTask({ type: "parallel_claude", parallel_tasks: numbered(12), ...options }),
            models,
            120,
          )
          return models.calls.mostAtOnce
        })

      assert.strictEqual(yield* mostAtOnce({}), 5)
      assert.strictEqual(yield* mostAtOnce({ max_parallel: 1 }), 1)
    }),
  )
})

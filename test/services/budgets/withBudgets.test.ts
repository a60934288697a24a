import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import type { BudgetLimits } from "../../../src/BudgetLimits.ts"
import { Budgets } from "../../../src/services/budgets/Budgets.ts"
import { budgetedModels } from "../../../src/services/budgets/withBudgets.ts"
import type { StepTask } from "../../../src/StepTask.ts"
import { noUsage } from "../../../src/Usage.ts"
import { aTask } from "../executors/aTask.ts"
import { execute } from "../executors/execute.ts"
import { promptOf, type ScriptedModels, scriptedModels } from "../executors/scriptedModels.ts"
import { failed, givenBudgets } from "./givenBudgets.ts"

/** Executes the task in a run with these limits. */
const within = (limits: BudgetLimits, task: StepTask, models: ScriptedModels) =>
  Effect.gen(function* () {
    const { budgets, open } = yield* givenBudgets()
    yield* open({ run: limits })
    const layer = budgetedModels(models.layer).pipe(Layer.provide(Layer.succeed(Budgets, budgets)))
    const executing = yield* Effect.forkChild(Effect.result(execute(task, { ...models, layer })))
    yield* TestClock.adjust("10 minutes")
    const result = yield* Fiber.join(executing)
    return result._tag === "Failure" ? result.failure : result.success
  })

describe("a step whose run is out of budget", () => {
  it.effect("fails with budget_exceeded, in words that name the step", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")

      const ended = yield* within(
        { calls: 0 },
        aTask({ type: "claude", prompt: [{ type: "static", content: "hi" }] }),
        models,
      )

      assert.deepInclude(ended, {
        reason: "budget_exceeded",
        message:
          'Step "draft": The budget of the run is used up. Spent or reserved for calls under way: 0 of 0 calls. ' +
          "Raise hybrid_config.budget.run.calls.",
      })
      assert.lengthOf(models.requests, 0)
    }),
  )

  it.effect("of many prompts ends those under way, makes no others, and says what it used up", () =>
    Effect.gen(function* () {
      const models = scriptedModels((request) => promptOf(request), { durationMs: 100 })
      const tasks = Array.from({ length: 9 }, (_, index) => ({ prompt: `number ${index}` }))

      const ended = yield* within(
        { calls: 5 },
        aTask({ type: "claude_batch", tasks, batch_config: { max_parallel: 3 } }),
        models,
      )

      assert.deepInclude(ended, { reason: "budget_exceeded" })
      assert.deepStrictEqual(ended.usage, { tokens: { input: 50, output: 25 }, costUsd: 0.05 })
      assert.lengthOf(models.requests, 5)
      assert.strictEqual(models.calls.aborted, 0)
    }),
  )

  it.effect("is neither asked again nor answered in its place by claude_robust", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => failed(noUsage))
      const retry_config = {
        max_retries: 5,
        retry_conditions: ["temporary_error", "budget_exceeded", "budget"],
        fallback_action: "graceful_degradation",
      }

      const ended = yield* within(
        { calls: 2 },
        aTask({ type: "claude_robust", prompt: [{ type: "static", content: "hi" }], retry_config }),
        models,
      )

      assert.deepInclude(ended, { reason: "budget_exceeded" })
      assert.lengthOf(models.requests, 2)
    }),
  )
})

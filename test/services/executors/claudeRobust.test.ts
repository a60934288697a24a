import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { backoffMs } from "../../../src/services/executors/steps/retryConfig.ts"
import { aTask } from "./aTask.ts"
import { execute } from "./execute.ts"
import { failure, promptOf, type Reply, scriptedModels } from "./scriptedModels.ts"

const robust = (retry_config: object, replies: (call: number) => Reply, content = "Hello") =>
  Effect.gen(function* () {
    const models = scriptedModels((_, call) => replies(call))
    const task = aTask({ type: "claude_robust", prompt: [{ type: "static", content }], retry_config })
    const running = yield* Effect.forkChild(Effect.result(execute(task, models)))
    yield* TestClock.adjust("10 minutes")
    return { ended: yield* Fiber.join(running), models }
  })

const answered = (retry_config: object, replies: (call: number) => Reply, content?: string) =>
  Effect.gen(function* () {
    const { ended, models } = yield* robust(retry_config, replies, content)
    if (ended._tag === "Failure") return yield* ended.failure
    return { ...ended.success, models }
  })

describe("claude_robust", () => {
  it.effect("asks again after a failure that its conditions name", () =>
    Effect.gen(function* () {
      const { result, models } = yield* answered({ max_retries: 3 }, (call) =>
        call < 3 ? failure("server_error") : "at last",
      )

      assert.lengthOf(models.requests, 3)
      assert.strictEqual(result["text"], "at last")
      assert.notProperty(result, "degraded")
      assert.deepInclude(result["robustness_metadata"], {
        attempt_number: 3,
        total_attempts: 4,
        execution_time_ms: 3000,
        recovery_successful: true,
        retry_strategy_used: "exponential",
        error_history: ["the provider says server_error", "the provider says server_error"],
      })
    }),
  )

  it.effect("fails with the last failure when nothing helped and no fallback is given", () =>
    Effect.gen(function* () {
      const { ended, models } = yield* robust({ max_retries: 2 }, () => failure("rate_limited"))

      assert.lengthOf(models.requests, 3)
      assert.deepInclude(ended._tag === "Failure" ? ended.failure : {}, {
        reason: "model_failed",
        message: 'Step "draft": the provider says rate_limited',
      })
    }),
  )

  it.effect("degrades by itself under strict compatibility, as the original does", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => failure("refused"))
      const task = aTask(
        { type: "claude_robust", prompt: [{ type: "static", content: "Hello" }] },
        { settings: { strictCompat: true } },
      )

      const { result } = yield* execute(task, models)

      assert.deepInclude(result, { success: true, degraded: true, fallback_type: "graceful_degradation" })
    }),
  )

  it.effect("does not ask again after a failure that no condition names", () =>
    Effect.gen(function* () {
      const refused = yield* robust({ max_retries: 2 }, () => failure("refused"))
      const named = yield* robust({ max_retries: 2, retry_conditions: ["says REFUSED"] }, () => failure("refused"))

      assert.lengthOf(refused.models.requests, 1)
      assert.lengthOf(named.models.requests, 3)
    }),
  )

  it.effect.each([
    ["graceful_degradation", "graceful_degradation", "degraded_mode"],
    ["cached_response", "graceful_degradation", "degraded_mode"],
    ["use_cached_response", "use_cached_response", "degraded_mode"],
    ["emergency_response", "emergency_response", "emergency_mode"],
  ] as const)("%s answers in a degraded way, and says so", ([fallback_action, fallback_type, mode]) =>
    Effect.gen(function* () {
      const { result } = yield* answered({ max_retries: 0, fallback_action }, () => failure("server_error"))

      assert.deepInclude(result, {
        success: true,
        degraded: true,
        fallback_type,
        [mode]: true,
        model: null,
        original_error: 'Step "draft": the provider says server_error',
      })
      assert.include(String(result["text"]), 'Step "draft" got no answer')
    }),
  )

  it.effect("simplified_prompt asks once more with the beginning of the prompt", () =>
    Effect.gen(function* () {
      const { result, models } = yield* answered(
        { max_retries: 0, fallback_action: "simplified_prompt" },
        (call) => (call === 1 ? failure("context_too_long") : "short answer"),
        "x".repeat(5000),
      )

      assert.strictEqual(promptOf(models.requests[1]), "x".repeat(2000))
      assert.deepInclude(result, { text: "short answer", degraded: true, fallback_type: "simplified_prompt" })
    }),
  )

  it.effect("a refused key is never hidden behind a fallback", () =>
    Effect.gen(function* () {
      const { ended, models } = yield* robust({ fallback_action: "emergency_response" }, () =>
        failure("authentication"),
      )

      assert.lengthOf(models.requests, 1)
      assert.strictEqual(ended._tag === "Failure" ? ended.failure.reason : "answered", "authentication")
    }),
  )

  it("waits longer and longer, steadily longer, or always the same", () => {
    const waits = (backoff_strategy: "exponential" | "linear" | "fixed") =>
      [1, 2, 3].map((attempt) => backoffMs({ backoff_strategy, base_delay_ms: 100 }, attempt))

    assert.deepStrictEqual(waits("exponential"), [100, 200, 400])
    assert.deepStrictEqual(waits("linear"), [100, 200, 300])
    assert.deepStrictEqual(waits("fixed"), [100, 100, 100])
  })
})

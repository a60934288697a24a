import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { modelFailure } from "../../../src/services/executors/modelFailure.ts"
import { noProgramsLayer } from "../../../src/services/executors/noPrograms.ts"
import { OptimizedExecutor } from "../../../src/services/executors/TrackExecutor.ts"
import { ModelError } from "../../../src/services/models/Models.ts"
import { aTask } from "./aTask.ts"
import { failure, usage } from "./scriptedModels.ts"

describe("a failed model call", () => {
  it.each([
    ["unknown_model", "configuration", "configuration"],
    ["no_key", "authentication", "authentication"],
    ["authentication", "authentication", "authentication"],
    ["not_found", "configuration", "configuration"],
    ["bad_request", "configuration", "configuration"],
    ["context_too_long", "model_failed", "optimization_failed"],
    ["refused", "model_failed", "optimization_failed"],
    ["rate_limited", "model_failed", "optimization_failed"],
    ["server_error", "model_failed", "optimization_failed"],
    ["unreachable", "model_failed", "dspy_unavailable"],
    ["invalid_answer", "model_failed", "optimization_failed"],
    ["timeout", "timeout", "timeout"],
  ] as const)("%s is %s on the traditional track and %s on the optimized", (reason, traditional, optimized) => {
    const on = (track: "traditional" | "optimized") => modelFailure(failure(reason), { step: "draft", track }).reason

    assert.strictEqual(on("traditional"), traditional)
    assert.strictEqual(on("optimized"), optimized)
  })

  it("keeps what its attempts and the calls before it used up", () => {
    const error = new ModelError({ reason: "refused", message: "no", model: "m", usage })

    const failed = modelFailure(error, { step: "draft", track: "traditional", usage })

    assert.deepStrictEqual(failed.usage, { tokens: { input: 20, output: 10 }, costUsd: 0.02 })
  })
})

describe("the optimized track without programs", () => {
  it.effect("is not available, and says so when it is asked all the same", () =>
    Effect.gen(function* () {
      const executor = yield* OptimizedExecutor

      const readiness = yield* executor.readiness(aTask({ type: "claude" }))
      const failed = yield* Effect.flip(executor.execute(aTask({ type: "claude" })))

      assert.deepStrictEqual(readiness, { programId: null, available: false })
      assert.strictEqual(failed.reason, "dspy_unavailable")
      assert.include(failed.message, "no program is adopted for this step's signature")
    }).pipe(Effect.provide(noProgramsLayer)),
  )
})

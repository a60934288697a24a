import { assert, describe, it } from "@effect/vitest"
import { modelFailure } from "../../../src/services/executors/modelFailure.ts"
import { ModelError } from "../../../src/services/models/Models.ts"
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
    ["budget_exceeded", "budget_exceeded", "budget_exceeded"],
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

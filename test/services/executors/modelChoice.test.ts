import { assert, describe, it } from "vitest"
import { modelChoice } from "../../../src/services/executors/modelChoice.ts"

describe("the model that a step asks for", () => {
  it.each([
    [{ type: "claude" }, { family: "claude" }],
    [
      { type: "claude", claude_options: { model: "opus" } },
      { family: "claude", requested: "opus" },
    ],
    [
      { type: "gemini", model: "gemini-2.5-pro" },
      { family: "gemini", requested: "gemini-2.5-pro" },
    ],
    [{ type: "gemini_instructor" }, { family: "gemini" }],
    [
      { type: "claude_smart", preset: "analysis" },
      { family: "claude", requested: "opus" },
    ],
    [
      { type: "claude_smart", preset: "analysis", claude_options: { model: "haiku" } },
      { family: "claude", requested: "haiku" },
    ],
    [{ type: "claude_robust" }, { family: "claude", requested: "opus" }],
    [{ type: "parallel_claude" }, { family: "claude" }],
  ] as const)("of %o is %o", (step, choice) => {
    assert.deepStrictEqual(modelChoice({ name: "a", ...step }), choice)
    assert.deepStrictEqual(modelChoice({ name: "a", ...step }, "x/y"), { ...choice, override: "x/y" })
  })

  it.each([
    { type: "set_variable" },
    { type: "for_loop" },
    { type: "constructor" },
    { type: "claude", claude_options: { model: "{{inputs.model}}" } },
  ])("of %o is not known", (step) => {
    assert.isNull(modelChoice({ name: "a", ...step }))
  })
})

import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { ExecutionMode } from "../../src/ExecutionMode.ts"
import { type ModeSayings, resolveMode, workflowMode } from "../../src/machines/executionMode.ts"
import type { Workflow } from "../../src/Workflow.ts"

const mode = fc.constantFrom<ExecutionMode>("traditional", "dspy_optimized", "hybrid", "evaluation")

const sayings: fc.Arbitrary<ModeSayings> = fc.record({
  killSwitch: fc.boolean(),
  stepOverride: fc.option(mode, { nil: undefined }),
  step: fc.option(mode, { nil: undefined }),
  run: fc.option(mode, { nil: undefined }),
  workflow: mode.map((mode) => ({ mode, source: "workflow" as const })),
})

const workflow = (config: Partial<Workflow>): Workflow => ({
  name: "w",
  steps: [{ name: "s", type: "claude" }],
  ...config,
})

describe("resolveMode", () => {
  it("lets the strongest voice that spoke decide", () => {
    fc.assert(
      fc.property(sayings, (said) => {
        const voices = [
          said.killSwitch ? { mode: "traditional", source: "kill_switch" } : undefined,
          said.stepOverride && { mode: said.stepOverride, source: "step_override" },
          said.step && { mode: said.step, source: "step" },
          said.run && { mode: said.run, source: "run" },
          said.workflow,
        ]

        expect(resolveMode(said)).toEqual(voices.find((voice) => voice !== undefined))
      }),
    )
  })
})

describe("workflowMode", () => {
  it.each<[string, Partial<Workflow>, ExecutionMode]>([
    ["nothing said", {}, "traditional"],
    ["an empty dspy_config", { dspy_config: {} }, "traditional"],
    [
      "hybrid_config.mode wins",
      { dspy_config: { optimization_enabled: true }, hybrid_config: { mode: "hybrid" } },
      "hybrid",
    ],
    ["hybrid_config without mode says nothing", { hybrid_config: { fallback_enabled: true } }, "traditional"],
    ["hybrid_mode: true", { dspy_config: { hybrid_mode: true, optimization_enabled: true } }, "hybrid"],
    [
      "hybrid_mode: false is false",
      { dspy_config: { hybrid_mode: false, optimization_enabled: true } },
      "dspy_optimized",
    ],
    ["optimization_enabled: false is false", { dspy_config: { optimization_enabled: false } }, "traditional"],
  ])("reads: %s", (_, config, expected) => {
    expect(workflowMode(workflow(config)).mode).toBe(expected)
  })
})

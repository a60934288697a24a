import { describe, expect, it } from "vitest"
import type { FallbackStrategy } from "../../src/DspyConfig.ts"
import {
  fallbackPolicy,
  type FallbackPolicy,
  fallsBack,
  isFallbackOpen,
  isOwnFailure,
  rescues,
  withoutOptimization,
} from "../../src/machines/fallback.ts"
import type { Step } from "../../src/Step.ts"
import { FailureReason, StepFailure } from "../../src/StepFailure.ts"
import type { Usage } from "../../src/Usage.ts"
import type { Workflow } from "../../src/Workflow.ts"
import { stepInput } from "./stepScript.ts"

const policy: FallbackPolicy = { enabled: true, strategy: "traditional", maxWaitMs: 1000, sideEffects: false }

const nothing: Usage = { tokens: { input: 0, output: 0 }, costUsd: 0 }
const something: Usage = { tokens: { input: 10, output: 0 }, costUsd: 0.001 }

const failing = (reason: FailureReason, usage = nothing) => ({
  failure: new StepFailure({ reason, message: "no answer" }),
  usage,
})

const absorbed: ReadonlyArray<FailureReason> = [
  "dspy_unavailable",
  "optimization_failed",
  "invalid_answer",
  "timeout",
  "defect",
]

describe("a failure of the optimized track", () => {
  it.each(FailureReason.literals)("is absorbed or propagates: %s", (reason) => {
    expect(fallsBack(failing(reason), policy)).toBe(absorbed.includes(reason))
  })

  it.each(FailureReason.literals)("propagates where falling back is not wanted: %s", (reason) => {
    expect(fallsBack(failing(reason), { ...policy, enabled: false })).toBe(false)
    expect(fallsBack(failing(reason), { ...policy, strategy: "error" })).toBe(false)
  })

  it.each<[string, ReturnType<typeof failing>, boolean]>([
    ["no program was reached", failing("dspy_unavailable"), true],
    ["no program was reached, but something was used up", failing("dspy_unavailable", something), false],
    ["no price is known", failing("dspy_unavailable", { ...nothing, costUsd: null }), false],
    ["tokens without a price", failing("dspy_unavailable", { ...something, costUsd: 0 }), false],
    ["the deadline passed before the first answer", failing("timeout"), false],
    ["the answer was unusable", failing("optimization_failed", something), false],
    ["the executor broke", failing("defect"), false],
  ])("of a step that can write is absorbed only where nothing had begun: %s", (_, outcome, absorbs) => {
    expect(fallsBack(outcome, { ...policy, sideEffects: true })).toBe(absorbs)
  })

  it("says something about the track unless it is about keys, settings, files or money", () => {
    const silent = FailureReason.literals.filter((reason) => !isOwnFailure(reason))

    expect(silent).toEqual(["authentication", "configuration", "invalid_input", "output_unwritable", "budget_exceeded"])
  })
})

describe("a fallback strategy", () => {
  it.each<[FallbackStrategy, boolean, boolean]>([
    ["traditional", true, false],
    ["schedule_and_execute", true, false],
    ["cached_best_effort", true, true],
    ["wait_and_retry", true, true],
    ["error", false, false],
  ])("%s: falls back %s, tries something of its own first %s", (strategy, open, first) => {
    expect(isFallbackOpen({ ...policy, strategy })).toBe(open)
    expect(rescues({ ...policy, strategy })).toBe(first)
  })
})

describe("the fallback policy of a step", () => {
  const step: Step = { name: "classify", type: "claude" }
  const workflow = (config: Partial<Workflow> = {}): Workflow => ({ name: "w", steps: [step], ...config })

  it("falls back to the traditional track, waiting half a minute where it waits, unless somebody says otherwise", () => {
    expect(fallbackPolicy(workflow(), step, undefined)).toEqual({
      enabled: true,
      strategy: "traditional",
      maxWaitMs: 30_000,
      sideEffects: false,
    })
  })

  it("is switched by the run before the workflow", () => {
    const never = workflow({ hybrid_config: { fallback_enabled: false } })

    expect(fallbackPolicy(never, step, undefined).enabled).toBe(false)
    expect(fallbackPolicy(never, step, true).enabled).toBe(true)
    expect(fallbackPolicy(workflow(), step, false).enabled).toBe(false)
  })

  it("takes the strategy of the step before that of the workflow's hybrid_config, and that before its dspy_config", () => {
    const dspy = { dspy_config: { fallback_strategy: "error" } } as const
    const both = { ...dspy, hybrid_config: { fallback_strategy: "schedule_and_execute" } } as const
    const own = { ...step, dspy_config: { fallback_strategy: "wait_and_retry", max_wait_time: 5 } } as const

    expect(fallbackPolicy(workflow(dspy), step, undefined).strategy).toBe("error")
    expect(fallbackPolicy(workflow(both), step, undefined).strategy).toBe("schedule_and_execute")
    expect(fallbackPolicy(workflow(both), own, undefined)).toMatchObject({ strategy: "wait_and_retry", maxWaitMs: 5 })
  })

  it("takes the longest wait from the step, else from the workflow", () => {
    const patient = workflow({ dspy_config: { max_wait_time: 7000 } })
    const hasty = { ...step, dspy_config: { max_wait_time: 0 } }

    expect(fallbackPolicy(patient, step, undefined).maxWaitMs).toBe(7000)
    expect(fallbackPolicy(patient, hasty, undefined).maxWaitMs).toBe(0)
  })

  it("knows whether the step can write", () => {
    const writing = { ...step, claude_options: { allowed_tools: ["Write"] } }

    expect(fallbackPolicy(workflow(), writing, undefined).sideEffects).toBe(true)
  })
})

describe("the task of a fallback", () => {
  it("has no optimization settings, and the same signature", () => {
    const { task } = stepInput()
    const optimized = { ...task, step: { ...task.step, dspy_config: { few_shot_examples: 3 } } }

    expect(withoutOptimization(optimized)).toEqual(task)
  })
})

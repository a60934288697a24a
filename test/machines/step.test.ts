import { describe, expect, it } from "vitest"
import type { FailureReason } from "../../src/StepFailure.ts"
import { hybridFacts } from "./facts.ts"
import { answered, liveStep, type Script, stepInput, unanswered } from "./stepScript.ts"

const optimizedMode = { value: { ...hybridFacts, mode: "dspy_optimized" } }

const runStep = async (script: Script, input = stepInput()) => {
  const { actor, recorded, ended } = liveStep(input, script)
  actor.start()
  const result = await ended
  return { result: result!, recorded, tags: recorded.map(({ _tag }) => _tag) }
}

const failingOptimized = (reason: FailureReason): Script => ({
  facts: optimizedMode,
  optimized: { value: unanswered("optimized", reason) },
  fallback: { value: answered("traditional") },
})

describe("the step machine", () => {
  it.each<FailureReason>(["dspy_unavailable", "optimization_failed", "invalid_answer", "timeout", "defect"])(
    "falls back to the traditional track on %s, and says why",
    async (reason) => {
      const { result, recorded, tags } = await runStep(failingOptimized(reason))

      expect(result).toMatchObject({ ending: { _tag: "Completed" }, executed: "traditional", fellBack: true })
      expect(tags).toEqual(["StepStarted", "StepRouted", "StepFellBack", "StepCompleted"])
      expect(recorded[2]).toMatchObject({ cause: { reason, message: `optimized: ${reason}` } })
      expect(recorded[3]).toMatchObject({ assigned: "optimized", executed: "traditional", fellBack: true })
    },
  )

  it.each<FailureReason>(["authentication", "configuration", "budget_exceeded", "invalid_input", "output_unwritable"])(
    "fails on %s instead of absorbing it",
    async (reason) => {
      const { result, tags } = await runStep(failingOptimized(reason))

      expect(result).toMatchObject({ ending: { _tag: "Failed", failure: { reason } }, fellBack: false })
      expect(tags).toEqual(["StepStarted", "StepRouted", "StepFailed"])
    },
  )

  it.each([
    { enabled: false, strategy: "traditional" as const },
    { enabled: true, strategy: "error" as const },
  ])("fails where falling back is not wanted: %o", async (fallback) => {
    const failed = await runStep(failingOptimized("timeout"), stepInput({ fallback }))
    const unavailable = await runStep(
      { facts: { value: { ...hybridFacts, mode: "dspy_optimized", programId: null } } },
      stepInput({ fallback }),
    )

    expect(failed.result.ending).toMatchObject({ _tag: "Failed", failure: { reason: "timeout" } })
    expect(unavailable.result.ending).toMatchObject({ _tag: "Failed", failure: { reason: "dspy_unavailable" } })
  })

  it("pays for both tracks when one took over from the other", async () => {
    const { result } = await runStep(failingOptimized("timeout"))

    expect(result.usage.costUsd).toBeCloseTo(0.001 + 0.002, 10)
    expect(result.usage.tokens).toEqual({ input: 20, output: 10 })
    expect(result.latencyMs).toBe(5 + 10)
  })

  it("uses the better outcome of a comparison, pays for both, and waits for the slower", async () => {
    const comparison = { traditional: answered("traditional", 0.5), optimized: answered("optimized", 0.9) }

    const { result, recorded } = await runStep({
      facts: { value: hybridFacts },
      tracks: { value: comparison },
      delivery: { value: comparison.traditional },
    })

    expect(result).toMatchObject({ executed: "optimized", latencyMs: 20 })
    expect(result.usage.costUsd).toBeCloseTo(0.005, 10)
    expect(recorded[2]).toMatchObject({ _tag: "TracksCompared", winner: "optimized" })
  })

  it("keeps the traditional answer when the optimized arm fails for a reason that is not its own", async () => {
    const comparison = { traditional: answered("traditional"), optimized: unanswered("optimized", "authentication") }

    const { result, recorded } = await runStep({
      facts: { value: hybridFacts },
      tracks: { value: comparison },
      delivery: { value: comparison.traditional },
    })

    expect(result).toMatchObject({ ending: { _tag: "Completed" }, executed: "traditional" })
    expect(recorded[2]).toMatchObject({ _tag: "TracksCompared", invalid: "optimized" })
  })

  it("skips a step whose condition is false, without routing it", async () => {
    const { result, recorded } = await runStep({}, stepInput({}, "earlier.text == 'yes'"))

    expect(result.ending).toEqual({ _tag: "Skipped", because: "Condition not met: earlier.text == 'yes'" })
    expect(recorded).toEqual([
      { _tag: "StepSkipped", step: "classify", path: "classify", because: "Condition not met: earlier.text == 'yes'" },
    ])
  })

  it("fails a step whose condition cannot be read, naming the step", async () => {
    const { result } = await runStep({}, stepInput({}, "earlier.text == "))

    expect(result.ending).toMatchObject({
      _tag: "Failed",
      failure: { reason: "invalid_input", message: expect.stringContaining('condition of step "classify"') },
    })
  })
})

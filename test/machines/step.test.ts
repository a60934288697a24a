import { describe, expect, it } from "vitest"
import type { StepInput } from "../../src/machines/stepContext.ts"
import type { FailureReason } from "../../src/StepFailure.ts"
import { hybridFacts, standingWith } from "../../src/testing/hybridFacts.ts"
import { noUsage } from "../../src/Usage.ts"
import { answered, liveStep, type Script, stepInput, unanswered } from "./stepScript.ts"

const optimizedFacts = { ...hybridFacts, mode: "dspy_optimized" as const }
const optimizedMode = { value: optimizedFacts }
const outOfOrder = { value: { ...optimizedFacts, optimizedAvailable: false } }

const runStep = async (script: Script, input = stepInput()) => {
  const { actor, recorded, ended } = liveStep(input, script)
  actor.start()
  const result = await ended
  return { result: result!, recorded, end: recorded.at(-1), tags: recorded.map(({ _tag }) => _tag) }
}

const fallingBack = (change: Partial<StepInput["fallback"]>) =>
  stepInput({ fallback: { ...stepInput().fallback, ...change } })

const failingOptimized = (reason: FailureReason): Script => ({
  facts: optimizedMode,
  optimized: { value: unanswered("optimized", reason) },
  fallback: { value: answered("traditional") },
})

describe("a step whose optimized track fails", () => {
  it.each<FailureReason>(["dspy_unavailable", "optimization_failed", "invalid_answer", "timeout", "defect"])(
    "falls back to the traditional track on %s, and says why",
    async (reason) => {
      const { result, recorded, tags } = await runStep(failingOptimized(reason))

      expect(result).toMatchObject({ ending: { _tag: "Completed" }, executed: "traditional", fellBack: true })
      expect(tags).toEqual(["StepStarted", "StepRouted", "StepFellBack", "StepCompleted"])
      expect(recorded[2]).toMatchObject({
        cause: { reason, message: `optimized: ${reason}` },
        strategy: "traditional",
      })
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

  it.each([{ enabled: false }, { strategy: "error" as const }])(
    "fails where falling back is not wanted: %o",
    async (fallback) => {
      const failed = await runStep(failingOptimized("timeout"), fallingBack(fallback))
      const unavailable = await runStep({ facts: outOfOrder }, fallingBack(fallback))

      expect(failed.result.ending).toMatchObject({ _tag: "Failed", failure: { reason: "timeout" } })
      expect(unavailable.result.ending).toMatchObject({ _tag: "Failed", failure: { reason: "dspy_unavailable" } })
    },
  )

  it("does nothing twice that it has begun and that can write", async () => {
    const begun = await runStep(failingOptimized("timeout"), fallingBack({ sideEffects: true }))

    expect(begun.result.ending).toMatchObject({ _tag: "Failed", failure: { reason: "timeout" } })
    expect(begun.tags).not.toContain("StepFellBack")
  })

  it("falls back all the same where it can write but was not reached", async () => {
    const unreached = { ...unanswered("optimized", "dspy_unavailable"), usage: noUsage }

    const { result } = await runStep(
      { ...failingOptimized("dspy_unavailable"), optimized: { value: unreached } },
      fallingBack({ sideEffects: true }),
    )

    expect(result).toMatchObject({ ending: { _tag: "Completed" }, executed: "traditional", fellBack: true })
  })

  it("pays for both tracks when one took over from the other", async () => {
    const { result } = await runStep(failingOptimized("timeout"))

    expect(result.usage.costUsd).toBeCloseTo(0.001 + 0.002, 10)
    expect(result.usage.tokens).toEqual({ input: 20, output: 10 })
    expect(result.latencyMs).toBe(5 + 10)
  })

  it("hands the traditional track its task without the optimization settings", async () => {
    const input = stepInput()
    const step = { ...input.task.step, dspy_config: { few_shot_examples: 3 } }

    const { actor, inputs, ended } = liveStep({ ...input, task: { ...input.task, step } }, failingOptimized("timeout"))
    actor.start()
    await ended

    expect(inputs["optimized"]).toMatchObject({ step: { dspy_config: { few_shot_examples: 3 } } })
    expect(inputs["fallback"]).toMatchObject({ step: { signature: step.signature } })
    expect(inputs["fallback"]).not.toHaveProperty("step.dspy_config")
  })
})

describe("a step with a fallback strategy of its own", () => {
  const patient = fallingBack({ strategy: "wait_and_retry" })

  it("is answered by the other try where that answers, and counts as failed and mended", async () => {
    const script = { ...failingOptimized("timeout"), rescue: { value: answered("optimized", 0.9) } }

    const { result, tags, end } = await runStep(script, patient)

    expect(result).toMatchObject({ ending: { _tag: "Completed" }, executed: "optimized", fellBack: true })
    expect(tags).toEqual(["StepStarted", "StepRouted", "StepFellBack", "StepCompleted"])
    expect(end).toMatchObject({
      executed: "optimized",
      quality: 0.9,
      usage: { tokens: { input: 20, output: 10 } },
      observation: { optimized: { answered: false, failure: { reason: "timeout" }, latencyMs: 25 } },
    })
    expect(end).not.toHaveProperty("observation.traditional")
    expect(end).not.toHaveProperty("observation.optimized.quality")
  })

  it("ends on the traditional track where the other try fails as well", async () => {
    const script = { ...failingOptimized("timeout"), rescue: { value: unanswered("optimized", "dspy_unavailable") } }

    const { result, end } = await runStep(script, patient)

    expect(result).toMatchObject({ ending: { _tag: "Completed" }, executed: "traditional", fellBack: true })
    expect(end).toMatchObject({
      usage: { tokens: { input: 30, output: 15 } },
      latencyMs: 5 + 5 + 10,
      observation: {
        optimized: { answered: false, failure: { reason: "timeout" }, latencyMs: 10 },
        traditional: { answered: true, latencyMs: 10 },
      },
    })
  })

  it("fails where the other try fails for a reason that is not to be absorbed", async () => {
    const script = { ...failingOptimized("timeout"), rescue: { value: unanswered("optimized", "authentication") } }

    const { result } = await runStep(script, patient)

    expect(result.ending).toMatchObject({ _tag: "Failed", failure: { reason: "authentication" } })
  })

  it("stops after another try that had begun and can write", async () => {
    const unreached = { ...unanswered("optimized", "dspy_unavailable"), usage: noUsage }
    const script = {
      ...failingOptimized("dspy_unavailable"),
      optimized: { value: unreached },
      rescue: { value: unanswered("optimized", "timeout") },
    }

    const { result } = await runStep(script, fallingBack({ strategy: "wait_and_retry", sideEffects: true }))

    expect(result.ending).toMatchObject({ _tag: "Failed", failure: { reason: "timeout" } })
  })

  it("tells the other try what the policy is", async () => {
    const { actor, inputs, ended } = liveStep(patient, {
      facts: outOfOrder,
      rescue: { value: answered("optimized") },
    })
    actor.start()
    await ended

    expect(inputs["rescue"]).toEqual({ task: patient.task, policy: patient.fallback })
  })
})

describe("a step whose tracks are compared", () => {
  const comparing = (traditional: unknown, optimized: unknown): Script => ({
    facts: { value: hybridFacts },
    tracks: { value: { traditional, optimized } },
    delivery: { value: traditional },
  })

  it("is answered by the better outcome, pays for both, and waits for the slower", async () => {
    const { result, recorded } = await runStep(comparing(answered("traditional", 0.5), answered("optimized", 0.9)))

    expect(result).toMatchObject({ executed: "optimized", latencyMs: 20 })
    expect(result.usage.costUsd).toBeCloseTo(0.005, 10)
    expect(recorded[2]).toMatchObject({ _tag: "TracksCompared", winner: "optimized" })
  })

  it("keeps the traditional answer when the optimized arm fails for a reason that is not its own", async () => {
    const { result, recorded, end } = await runStep(
      comparing(answered("traditional"), unanswered("optimized", "authentication")),
    )

    expect(result).toMatchObject({ ending: { _tag: "Completed" }, executed: "traditional" })
    expect(recorded[2]).toMatchObject({ _tag: "TracksCompared", invalid: "optimized" })
    expect(end).toMatchObject({ observation: { traditional: { answered: true }, optimized: { invalid: true } } })
  })

  it("fails with the traditional failure where neither answers", async () => {
    const { end } = await runStep(
      comparing(unanswered("traditional", "model_failed"), unanswered("optimized", "timeout")),
    )

    expect(end).toMatchObject({
      _tag: "StepFailed",
      reason: "model_failed",
      observation: { traditional: { answered: false }, optimized: { answered: false } },
    })
  })

  it("pays for what judging cost, which is no cost of a track", async () => {
    const judgingUsage = { tokens: { input: 100, output: 10 }, costUsd: 0.5 }
    const judged = { ...answered("traditional", 0.9), judgingUsage }

    const { result, end } = await runStep(comparing(judged, answered("optimized", 0.2)))

    expect(result.usage.costUsd).toBeCloseTo(0.505, 10)
    expect(end).toMatchObject({ observation: { traditional: { usage: { costUsd: 0.002 } } } })
  })

  it("fails where the chosen answer cannot be delivered, although both tracks answered", async () => {
    const { end } = await runStep({
      ...comparing(answered("traditional", 0.9), answered("optimized", 0.2)),
      delivery: { value: unanswered("traditional", "output_unwritable") },
    })

    expect(end).toMatchObject({
      _tag: "StepFailed",
      reason: "output_unwritable",
      observation: { traditional: { answered: true }, optimized: { answered: true } },
    })
  })
})

describe("what a step observed", () => {
  it("is charged to the track that was drawn, with what the drawing rested on", async () => {
    const facts = { ...hybridFacts, unit: "b5bb9d80", draw: 0.01, standing: standingWith({ benefit: 0.9 }) }

    const { end } = await runStep({ facts: { value: facts }, optimized: { value: answered("optimized", 0.7) } })

    expect(end).toMatchObject({
      _tag: "StepCompleted",
      observation: {
        subject: facts.subject,
        policy: facts.policy,
        unit: "b5bb9d80",
        assigned: "optimized",
        share: 0.05,
        optimized: { answered: true, quality: 0.7 },
      },
    })
  })

  it("charges the optimized track with being out of order", async () => {
    const standing = standingWith({ verdict: "optimized" })
    const facts = { ...hybridFacts, standing, optimizedAvailable: false, breaker: "open" as const }

    const { recorded, end } = await runStep({
      facts: { value: facts },
      fallback: { value: answered("traditional", 0.7) },
    })

    expect(recorded[2]).toMatchObject({ _tag: "StepFellBack", cause: { reason: "dspy_unavailable" } })
    expect(end).toMatchObject({
      executed: "traditional",
      observation: {
        assigned: "optimized",
        share: 0.98,
        optimized: { answered: false, usage: noUsage, latencyMs: 0, failure: { reason: "dspy_unavailable" } },
        traditional: { answered: true, quality: 0.7 },
      },
    })
  })

  it("is the same where nothing takes over", async () => {
    const { end } = await runStep({ facts: outOfOrder }, fallingBack({ enabled: false }))

    expect(end).toMatchObject({
      _tag: "StepFailed",
      observation: { optimized: { answered: false, failure: { reason: "dspy_unavailable" } } },
    })
    expect(end).not.toHaveProperty("observation.traditional")
  })

  it("is nothing where the step was never routed", async () => {
    const { end } = await runStep({ facts: { error: new Error("no facts") } })

    expect(end).toMatchObject({ _tag: "StepFailed", reason: "defect", message: "no facts" })
    expect(end).not.toHaveProperty("observation")
  })
})

describe("a step with a condition", () => {
  it("is skipped where it is false, without being routed", async () => {
    const { result, recorded } = await runStep({}, stepInput({}, "earlier.text == 'yes'"))

    expect(result.ending).toEqual({ _tag: "Skipped", because: "Condition not met: earlier.text == 'yes'" })
    expect(recorded).toEqual([
      { _tag: "StepSkipped", step: "classify", path: "classify", because: "Condition not met: earlier.text == 'yes'" },
    ])
  })

  it("fails where it cannot be read, and names the step", async () => {
    const { result } = await runStep({}, stepInput({}, "earlier.text == "))

    expect(result.ending).toMatchObject({
      _tag: "Failed",
      failure: { reason: "invalid_input", message: expect.stringContaining('condition of step "classify"') },
    })
  })
})

import { describe, expect, it } from "vitest"
import { addOutcome, armOf, unreached } from "../../src/machines/arms.ts"
import { FailureReason, StepFailure } from "../../src/StepFailure.ts"
import { answered, unanswered } from "./stepScript.ts"

describe("what a track did", () => {
  it("is its outcome without the answer", () => {
    expect(armOf(answered("optimized", 0.8))).toEqual({
      answered: true,
      usage: { tokens: { input: 10, output: 5 }, costUsd: 0.003 },
      latencyMs: 20,
      quality: 0.8,
    })
    expect(armOf(answered("traditional"))).not.toHaveProperty("quality")
  })

  it("leaves out what judging the answer cost", () => {
    const judgingUsage = { tokens: { input: 500, output: 50 }, costUsd: 0.1 }

    expect(armOf({ ...answered("optimized", 0.8), judgingUsage }).usage.costUsd).toBe(0.003)
  })

  it("leaves out what it waited for limits, whether it answered or not", () => {
    expect(armOf({ ...answered("optimized"), latencyMs: 5020, waitedMs: 5000 }).latencyMs).toBe(20)
    expect(armOf({ ...unanswered("optimized", "timeout"), latencyMs: 60, waitedMs: 60 }).latencyMs).toBe(0)
  })

  it.each(FailureReason.literals)("is no evidence where the failure is not the track's own: %s", (reason) => {
    const arm = armOf(unanswered("optimized", reason))

    expect(arm).toMatchObject({ answered: false, failure: { reason, message: `optimized: ${reason}` } })
    expect(arm.invalid).toBe(
      ["authentication", "configuration", "invalid_input", "output_unwritable", "budget_exceeded"].includes(reason)
        ? true
        : undefined,
    )
  })

  it("is nothing but the failure where the track was not reached", () => {
    const failure = new StepFailure({ reason: "dspy_unavailable", message: "breaker open" })

    expect(unreached(failure)).toEqual({
      answered: false,
      usage: { tokens: { input: 0, output: 0 }, costUsd: 0 },
      latencyMs: 0,
      failure: { reason: "dspy_unavailable", message: "breaker open" },
    })
  })

  it("stays a failure when another try mends it, which is paid for", () => {
    const failed = addOutcome({}, unanswered("optimized", "timeout"))

    const mended = addOutcome(failed, answered("optimized", 1))

    expect(mended.optimized).toMatchObject({
      answered: false,
      failure: { reason: "timeout" },
      usage: { tokens: { input: 20, output: 10 } },
      latencyMs: 5 + 20,
    })
    expect(mended.optimized).not.toHaveProperty("quality")
    expect(mended.traditional).toBeUndefined()
  })

  it("of one track leaves the other's alone", () => {
    const both = addOutcome(addOutcome({}, unanswered("optimized", "timeout")), answered("traditional", 0.5))

    expect(both.optimized?.answered).toBe(false)
    expect(both.traditional).toEqual(armOf(answered("traditional", 0.5)))
  })
})

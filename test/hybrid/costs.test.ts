import { describe, expect, it } from "vitest"
import type { RunOptions } from "../../src/Run.ts"
import type { WorkflowInput } from "../../src/Workflow.ts"
import { aDirectory, aTrack, runOnce } from "./aTrack.ts"
import { ManualClock } from "./ManualClock.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { scriptedCalls, type ScriptedStep } from "./scriptedCalls.ts"

const dollar = 2 ** 20

const played = async (calls: ScriptedStep["calls"], workflow: WorkflowInput, options: RunOptions = {}) => {
  const clock = new ManualClock("2026-03-04T05:06:07.000Z")
  const models = scriptedCalls(() => ({ calls }))
  const started = await aTrack({ clock, programs: [sortProgram], layers: { models } })
  const { report, events } = await runOnce(started, workflow, { inputs, ...options }, clock)
  return {
    ...report,
    sumOfCalls: events.flatMap((event) => (event._tag === "ModelCalled" ? [event.usage.costUsd] : [])),
  }
}

describe("what a run costs", () => {
  it.each(["hangs", "dies"] as const)("is not known once a call %s", async (does) => {
    const { totals, steps, status } = await played(
      { prompt: { does, price: dollar }, program: { does, price: dollar } },
      oneStep(),
      { mode: "dspy_optimized" },
    )

    expect(status).toBe("failed")
    expect(steps[0]?.costUsd).toBeNull()
    expect(totals.costUsd).toBeNull()
  })

  it("is not known where the losing track of a comparison did not end in time", async () => {
    const { totals, status } = await played(
      { prompt: { does: "answers", price: dollar }, program: { does: "hangs", price: dollar } },
      oneStep(),
    )

    expect(status).toBe("completed")
    expect(totals.costUsd).toBeNull()
  })

  it.each([
    ["babbles", 3],
    ["server_error", 3],
    ["hangs", null],
    ["dies", null],
  ] as const)("holds what a judge took that %s", async (does, costUsd) => {
    const { totals, steps } = await played(
      { prompt: { does: "answers", price: dollar }, judge: { does, price: 2 * dollar } },
      oneStep({ quality: ["llm_judge"] }),
      { mode: "traditional" },
    )

    expect(steps[0]).not.toHaveProperty("quality")
    expect(totals.costUsd).toBe(costUsd)
  })

  it("holds an answer that cannot be delivered", async () => {
    const { status, error, totals } = await played(
      { prompt: { does: "answers", price: dollar } },
      oneStep({ output_to_file: "../outside.txt" }),
      { mode: "traditional", outputDir: aDirectory() },
    )

    expect([status, error?.reason]).toEqual(["failed", "invalid_input"])
    expect(totals).toMatchObject({ costUsd: 1, tokens: { input: 10, output: 5 } })
  })
})

import { describe, expect, it } from "vitest"
import { aTrack, only, runOnce } from "./aTrack.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { scriptedCalls, type ScriptedStep } from "./scriptedCalls.ts"
import { seedsDrawing } from "./seeds.ts"

const dollar = 2 ** 20

const answering: ScriptedStep["calls"] = {
  prompt: { does: "answers", price: dollar },
  program: { does: "answers", price: dollar / 2 },
  judge: { does: "answers", price: dollar / 4 },
}

const started = (calls: ScriptedStep["calls"] = answering) =>
  aTrack({
    programs: [sortProgram],
    settings: { prices: { "scripted/model": { inputPerMillion: 1000, outputPerMillion: 1000 } } },
    layers: { models: scriptedCalls(() => ({ calls })) },
  })

/** The program, where it is asked at all. */
const [programs = 0] = seedsDrawing("sort", 0, 0.4, 1)

describe("a budget of calls", () => {
  it("that is too small for a pair leaves the step to one track", async () => {
    const track = await started()

    const alone = await runOnce(track, oneStep(), { inputs, budget: { calls: 1 } })
    const pair = await runOnce(track, oneStep(), { inputs, budget: { calls: 4 } })
    const free = await runOnce(track, oneStep(), { inputs })

    expect(alone.report).toMatchObject({ status: "completed", steps: [{ route: { reason: "ab_test" } }] })
    expect(alone.report.steps[0]?.route?.to).not.toBe("comparing")
    expect(only(alone.events, "ModelCalled")).toHaveLength(1)
    expect([pair, free].map(({ report }) => report.steps[0]?.route?.to)).toEqual(["comparing", "comparing"])
  })

  it("that is used up fails the step before anything is asked, and falls back to nothing", async () => {
    const track = await started()

    for (const mode of ["traditional", "dspy_optimized"] as const) {
      const { report, events } = await runOnce(track, oneStep(), { inputs, mode, budget: { calls: 0 } })

      expect(report).toMatchObject({ status: "failed", error: { reason: "budget_exceeded", step: "sort" } })
      expect(report.totals.costUsd).toBe(0)
      expect(only(events, "BudgetExceeded")).toMatchObject([{ limit: "calls", budget: "run", allowed: 0, spent: 0 }])
      expect([...only(events, "StepFellBack"), ...only(events, "ModelCalled")]).toEqual([])
    }
  })

  it("that runs out while a program is asked again fails the step, with what was spent", async () => {
    const track = await started({ ...answering, program: { does: "babbles", price: dollar / 2 } })

    const { report, events } = await runOnce(track, oneStep(), { inputs, mode: "dspy_optimized", budget: { calls: 1 } })

    expect(report).toMatchObject({ status: "failed", error: { reason: "budget_exceeded" }, totals: { costUsd: 0.5 } })
    expect(only(events, "StepFellBack")).toEqual([])
  })

  it("that one arm of a comparison exceeds yields the other, and is no evidence", async () => {
    const track = await started({ ...answering, program: { does: "budget_exceeded", price: 0 } })

    const { report, events } = await runOnce(track, oneStep(), { inputs })

    expect(report.steps[0]).toMatchObject({ assigned: "both", executed: "traditional", fellBack: false })
    expect(only(events, "TracksCompared")).toMatchObject([{ winner: "traditional", invalid: "optimized" }])
    expect(await track.track.experiments()).toMatchObject([
      { tracks: { traditional: { n: 0 }, optimized: { n: 0 } }, comparison: null },
    ])
  })

  it("holds for the judge as well: what is not judged any more goes on without a quality", async () => {
    const track = await started()
    const judged = oneStep({ quality: ["llm_judge"] })

    const short = await runOnce(track, judged, { inputs, mode: "traditional", budget: { calls: 1 } })
    const enough = await runOnce(track, judged, { inputs, mode: "traditional", budget: { calls: 2 } })

    expect(short.report).toMatchObject({ status: "completed", totals: { costUsd: 1 } })
    expect(short.report.steps[0]).not.toHaveProperty("quality")
    expect(enough.report).toMatchObject({ status: "completed", steps: [{ quality: 0.75 }], totals: { costUsd: 1.25 } })
  })
})

describe("a budget of money", () => {
  it("lets a pair go by what pairs have cost until now", async () => {
    const track = await started()

    const first = await runOnce(track, oneStep(), { inputs, budget: { usd: 3 } })
    const second = await runOnce(track, oneStep(), { inputs, budget: { usd: 2 } })

    expect(first.report).toMatchObject({ steps: [{ route: { to: "comparing" } }], totals: { costUsd: 1.5 } })
    expect(second.report.steps[0]?.route?.to).not.toBe("comparing")
  })

  it("of the workflow holds for all of its runs", async () => {
    const track = await started()
    const workflow = oneStep({}, { budget: { workflow: { usd: 1.2 } } })

    const [first, second, third] = [
      await runOnce(track, workflow, { inputs, seed: programs, mode: "dspy_optimized" }),
      await runOnce(track, workflow, { inputs, mode: "traditional" }),
      await runOnce(track, workflow, { inputs, mode: "traditional" }),
    ]

    expect([first, second].map(({ report }) => report.totals.costUsd)).toEqual([0.5, 1])
    expect(third?.report).toMatchObject({ status: "failed", error: { reason: "budget_exceeded" } })
  })
})

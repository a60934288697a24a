import { describe, expect, it } from "vitest"
import { aDirectory, aTrack, only, runOnce, type StartedTrack } from "./aTrack.ts"
import { programOf } from "./givenPrograms.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { previousInstructions, scriptedCalls } from "./scriptedCalls.ts"
import type { Does } from "./scripts.ts"
import { seedsDrawing } from "./seeds.ts"

const previous = programOf({
  workflow: "triage",
  step: "sort",
  instructions: previousInstructions,
  createdAt: "2025-12-02T03:04:05.000Z",
})

const workflow = oneStep({ quality: ["schema"] }, { comparison_budget: 0 })

const models = (program: { readonly does: Does } = { does: "server_error" }) =>
  scriptedCalls(() => ({
    calls: {
      prompt: { does: "answers", price: 1 },
      program: { does: program.does, price: 1 },
      previous: { does: "answers", price: 1 },
    },
  }))

/** Runs that are assigned the optimized track, until a program is rolled back; gives how many. */
const untilRolledBack = async (started: StartedTrack, most = 20): Promise<number> => {
  for (const [index, seed] of seedsDrawing("sort", 0, 0.02, most).entries()) {
    const { report } = await runOnce(started, workflow, { inputs, seed })
    expect(report.steps[0]).toMatchObject({ assigned: "optimized", executed: "traditional", fellBack: true })
    if (only(started.systemEvents, "ProgramRolledBack").length > 0) return index + 1
  }
  return most
}

describe("a program that fails again and again", () => {
  it("is taken out of use after a few runs, and the prompt goes on alone", async () => {
    const started = await aTrack({ programs: [sortProgram], layers: { models: models() } })

    const runs = await untilRolledBack(started)
    const next = await runOnce(started, workflow, { inputs })

    expect(runs).toBeLessThanOrEqual(5)
    expect(only(started.systemEvents, "ProgramRolledBack")).toMatchObject([
      {
        workflow: "triage",
        step: "sort",
        programId: sortProgram.id,
        reason: `it failed ${runs} of ${runs} times, and 10 % would be too often`,
        replacedBy: null,
      },
    ])
    expect(next.report.steps[0]).toMatchObject({ route: { to: "traditional", reason: "no_program" } })
  })

  it("leaves the place to the program before it, whose evidence is its own", async () => {
    const started = await aTrack({ programs: [previous, sortProgram], layers: { models: models() } })

    await untilRolledBack(started)
    const { report } = await runOnce(started, workflow, { inputs, mode: "dspy_optimized" })

    expect(only(started.systemEvents, "ProgramRolledBack")).toMatchObject([{ replacedBy: previous.id }])
    expect(report.results["sort"]).toMatchObject({ program: previous.id })
    const known = await started.track.experiments()
    expect(known.find(({ programId }) => programId === previous.id)?.tracks.optimized.n ?? 0).toBe(0)
  })

  it("is told of once, though several runs and processes see it fail", async () => {
    const store = aDirectory()
    const first = await aTrack({ store, programs: [sortProgram], layers: { models: models() } })
    const second = await aTrack({ store, layers: { models: models() } })

    const seeds = seedsDrawing("sort", 0, 0.02, 12)
    await Promise.all(seeds.map((seed, index) => runOnce(index % 2 === 0 ? first : second, workflow, { inputs, seed })))

    const told = [first, second].flatMap(({ systemEvents }) => only(systemEvents, "ProgramRolledBack"))
    expect(told).toMatchObject([{ programId: sortProgram.id }])
  })

  it("is not taken out of use while it merely cannot be reached", async () => {
    const started = await aTrack({ programs: [sortProgram], layers: { models: models({ does: "unreachable" }) } })

    expect(await untilRolledBack(started, 12)).toBe(12)
  })

  it("gets another chance when it is promoted by hand", async () => {
    const program: { does: Does } = { does: "server_error" }
    const started = await aTrack({ programs: [sortProgram], layers: { models: models(program) } })
    await untilRolledBack(started)

    await started.track.promote(sortProgram.id)
    program.does = "answers"
    const [seed = 0] = seedsDrawing("sort", 0, 0.02, 1)
    const after = await runOnce(started, workflow, { inputs, seed })
    const next = await runOnce(started, workflow, { inputs, seed })

    expect(after.report.steps[0]).toMatchObject({ executed: "optimized" })
    expect(next.report.steps[0]).toMatchObject({ executed: "optimized" })
    expect(only(started.systemEvents, "ProgramRolledBack")).toHaveLength(1)
  })
})

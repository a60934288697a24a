import { lastValueFrom, toArray } from "rxjs"
import { describe, expect, it } from "vitest"
import { aTrack, only, runOnce } from "./hybrid/aTrack.ts"
import { programOf, signatureOf } from "./hybrid/givenPrograms.ts"
import { inputs, oneStep, sortProgram } from "./hybrid/oneStep.ts"
import { scriptedCalls } from "./hybrid/scriptedCalls.ts"
import type { Does } from "./hybrid/scripts.ts"
import { seedsDrawing } from "./hybrid/seeds.ts"
import { aProgram } from "./services/programs/aProgram.ts"

const models = (program: { readonly does: Does } = { does: "answers" }) =>
  scriptedCalls(() => ({ calls: { prompt: { does: "answers", price: 1 }, program: { does: program.does, price: 1 } } }))

describe("a program that a person promotes", () => {
  it("is not taken out of use for what it did before", async () => {
    const program: { does: Does } = { does: "server_error" }
    const started = await aTrack({ programs: [sortProgram], layers: { models: models(program) } })
    const workflow = oneStep({ quality: ["schema"] }, { comparison_budget: 0 })
    const seeds = seedsDrawing("sort", 0, 0.02, 4)
    await Promise.all(seeds.map((seed) => runOnce(started, workflow, { inputs, seed })))
    const rolledBack = () => only(started.systemEvents, "ProgramRolledBack").length
    expect(rolledBack()).toBe(1)

    await started.track.promote(sortProgram.id)
    program.does = "answers"
    for (const seed of seeds.slice(0, 3)) await runOnce(started, workflow, { inputs, seed })

    expect(rolledBack()).toBe(1)
    const { report } = await runOnce(started, workflow, { inputs, seed: seeds[3] ?? 0 })
    expect(report.steps[0]).toMatchObject({ executed: "optimized" })
  })
})

describe("a rollback by hand", () => {
  it("tells of the program that was adopted last, though one of another signature is newer", async () => {
    const newer = programOf({ workflow: "triage", step: "sort", instructions: "Compiled later:" })
    const place = { workflow: "triage", step: "sort" }
    const older = aProgram({ ...place, signature: signatureOf("another"), createdAt: "2025-01-01T00:00:00.000Z" })
    const started = await aTrack({ programs: [newer, older], layers: { models: models() } })

    const now = await started.track.rollback(place)

    expect(now).toEqual({ programId: null })
    expect(only(started.systemEvents, "ProgramRolledBack")).toMatchObject([{ programId: older.id, replacedBy: null }])
    const { report } = await runOnce(started, oneStep(), { inputs, mode: "dspy_optimized" })
    expect(report.results["sort"]).toMatchObject({ program: newer.id })
  })
})

describe("feedback that counts", () => {
  it("is told to those who watch experiments, without waiting for another run", async () => {
    const started = await aTrack({ programs: [sortProgram], layers: { models: models() } })
    const reports = lastValueFrom(started.track.experiments$.pipe(toArray()))
    const [seed = 0] = seedsDrawing("sort", 0, 0.5, 1)
    const { report } = await runOnce(started, oneStep({ quality: ["feedback"] }), { inputs, seed })

    await started.track.feedback({ runId: report.runId, step: "sort", score: 0.5 })
    await started.track.feedback({ runId: report.runId, step: "sort", score: 0.5 })
    await started.track.close()

    expect((await reports).map(({ tracks }) => tracks.optimized.quality)).toEqual([null, 0.5])
  })
})

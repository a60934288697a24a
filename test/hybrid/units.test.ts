import { describe, expect, it } from "vitest"
import type { Track } from "../../src/ExecutionMode.ts"
import { aTrack, only, runOnce, type StartedTrack } from "./aTrack.ts"
import { programOf } from "./givenPrograms.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { scriptedCalls } from "./scriptedCalls.ts"

const models = scriptedCalls(() => ({
  calls: { prompt: { does: "answers", price: 1 }, program: { does: "answers", price: 1 } },
}))

const promising = programOf({ workflow: "triage", step: "sort", instructions: "Far better:", gain: 0.4 })

const runFor = async (started: StartedTrack, workflow: ReturnType<typeof oneStep>, unit: string) => {
  const { report, events } = await runOnce(started, workflow, { inputs, unit })
  const [route] = only(events, "StepRouted").map((event) => event.route)
  return { assigned: report.steps[0]?.assigned as Track, share: route?.share ?? null, reason: route?.reason }
}

describe("a unit", () => {
  it("goes to the program at most once while its share grows, and stays there", async () => {
    const started = await aTrack({ programs: [promising], layers: { models } })
    const workflow = oneStep()
    const seen = new Map<string, Array<Track>>()
    const shares: Array<number> = []
    const visit = async (unit: string) => {
      const { assigned, share } = await runFor(started, workflow, unit)
      seen.set(unit, [...(seen.get(unit) ?? []), assigned])
      shares.push(share ?? 0)
    }
    const onProgram = () => [...seen].filter(([, tracks]) => tracks.includes("optimized")).map(([unit]) => unit)

    // One in twenty belongs to the first share.
    while (onProgram().length === 0) await visit(`user ${seen.size}`)
    while (seen.size < 12) await visit(`user ${seen.size}`)
    for (let round = 0; round < 60 && shares.at(-1) !== 0.98; round += 1) {
      for (const unit of round % 8 === 0 ? seen.keys() : onProgram()) await visit(unit)
    }

    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect([...new Set(shares)]).toEqual([0.05, 0.1, 0.2, 0.4, 0.8, 0.98])
    for (const tracks of seen.values()) {
      const switched = tracks.indexOf("optimized")
      expect(tracks.slice(switched === -1 ? tracks.length : switched)).not.toContain("traditional")
    }
    expect([...seen.values()].some(([first]) => first === "traditional")).toBe(true)
  })

  it("counts once, however often it comes back", async () => {
    const started = await aTrack({ programs: [sortProgram], layers: { models } })
    const workflow = oneStep({ quality: ["schema"] }, { comparison_budget: 0 })

    for (let round = 0; round < 5; round += 1) {
      for (const unit of ["Ada", "Grace", "Edsger"]) await runFor(started, workflow, unit)
    }

    const [experiment] = await started.track.experiments()
    const { traditional, optimized } = experiment?.tracks ?? {}
    expect((traditional?.n ?? 0) + (optimized?.n ?? 0)).toBe(3)
  })

  it("counts once where its runs are under way at the same time", async () => {
    const started = await aTrack({ programs: [sortProgram], layers: { models } })
    const workflow = oneStep({ quality: ["schema"] })

    await Promise.all(Array.from({ length: 10 }, () => runFor(started, workflow, "Ada")))

    const [experiment] = await started.track.experiments()
    expect(experiment?.comparison?.pairs).toBe(1)
    expect(experiment?.tracks).toMatchObject({ traditional: { n: 1 }, optimized: { n: 1 } })
  })

  it("is one of many, who are divided by the share", async () => {
    const started = await aTrack({ programs: [sortProgram], layers: { models } })
    const workflow = oneStep({ quality: ["feedback"] })

    const assigned: Array<Track> = []
    for (let index = 0; index < 200; index += 1) {
      assigned.push((await runFor(started, workflow, `user ${index}`)).assigned)
    }

    const optimized = assigned.filter((track) => track === "optimized").length
    expect(optimized).toBeGreaterThan(75)
    expect(optimized).toBeLessThan(125)
  })

  it("does not stand in events by its name", async () => {
    const started = await aTrack({ programs: [sortProgram], layers: { models }, eventContent: true })

    const { events } = await runOnce(started, oneStep(), { inputs, unit: "ada@example.org" })

    expect(JSON.stringify(events)).not.toContain("ada@example.org")
  })
})

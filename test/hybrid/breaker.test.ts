import { describe, expect, it } from "vitest"
import { aTrack, only, runOnce } from "./aTrack.ts"
import { ManualClock } from "./ManualClock.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { scriptedCalls } from "./scriptedCalls.ts"
import type { Does } from "./scripts.ts"
import { seedsDrawing } from "./seeds.ts"

/** Half of the steps go to each track, one at a time; the loser keeps 2 %. */
const workflow = oneStep({ quality: ["schema"] }, { comparison_budget: 0 })

const started = async () => {
  const clock = new ManualClock("2026-03-04T05:06:07.000Z")
  const program: { does: Does } = { does: "unreachable" }
  const models = scriptedCalls(() => ({
    calls: { prompt: { does: "answers", price: 0 }, program: { does: program.does, price: 0 } },
  }))
  const given = await aTrack({ clock, programs: [sortProgram], layers: { models } })
  const seeds = seedsDrawing("sort", 0, 0.02, 20).values()
  /** One more run that is assigned the optimized track, whatever is known of it. */
  const run = async () => {
    const seed = seeds.next().value ?? 0
    const { report, events } = await runOnce(given, workflow, { inputs, seed }, clock)
    const [route] = only(events, "StepRouted").map((event) => event.route)
    const asked = only(events, "ModelCalled").filter(({ track }) => track === "optimized").length
    return { step: report.steps[0], breaker: route?.facts.breaker, asked }
  }
  const runs = async (count: number) => {
    const ended = []
    for (let index = 0; index < count; index += 1) ended.push(await run())
    return ended
  }
  return { ...given, clock, program, run, runs }
}

describe("a program that is not reached five times in a row", () => {
  it("is left alone from then on; what it would have got is charged to it", async () => {
    const { runs, run, systemEvents, track } = await started()

    const failing = await runs(5)
    const next = await run()

    expect(failing.map(({ asked }) => asked)).toEqual([1, 1, 1, 1, 1])
    expect(only(systemEvents, "BreakerOpened")).toMatchObject([
      { step: "sort", programId: sortProgram.id, until: "2026-03-04T05:06:37.000Z" },
    ])
    expect(next).toMatchObject({
      breaker: "open",
      asked: 0,
      step: {
        route: { to: "fallback", reason: "dspy_unavailable", propensity: 0.5 },
        assigned: "optimized",
        executed: "traditional",
        fellBack: true,
      },
    })
    expect(await track.experiments()).toMatchObject([{ tracks: { optimized: { n: 6, quality: 0, successRate: 0 } } }])
    expect(only(systemEvents, "ProgramRolledBack")).toEqual([])
  })

  it("is tried again after half a minute, then after a minute, and serves once it answers", async () => {
    const { runs, run, clock, program, systemEvents } = await started()
    await runs(5)

    await clock.advance(29_999)
    const tooEarly = await run()
    await clock.advance(1)
    const [probe, afterProbe] = await runs(2)
    await clock.advance(59_999)
    const stillOpen = await run()
    await clock.advance(1)
    program.does = "answers"
    const [well, afterwards] = await runs(2)

    expect(
      [tooEarly, probe, afterProbe, stillOpen, well, afterwards].map((each) => [each?.breaker, each?.asked]),
    ).toEqual([
      ["open", 0],
      ["half_open", 1],
      ["open", 0],
      ["open", 0],
      ["half_open", 1],
      ["closed", 1],
    ])
    expect(well?.step).toMatchObject({ executed: "optimized", fellBack: false })
    expect(only(systemEvents, "BreakerOpened")).toHaveLength(1)
    expect(only(systemEvents, "BreakerClosed")).toMatchObject([{ step: "sort", programId: sortProgram.id }])
  })

  it("is tried by one of several runs at once", async () => {
    const { runs, run, clock } = await started()
    await runs(5)
    await clock.advance(30_000)

    const atOnce = await Promise.all([run(), run(), run(), run()])

    expect(atOnce.map(({ asked }) => asked).toSorted()).toEqual([0, 0, 0, 1])
    expect(atOnce.every(({ step }) => step?.executed === "traditional" && step.fellBack)).toBe(true)
  })

  it("counts failures in a row: an answer in between begins anew", async () => {
    const { runs, program, systemEvents } = await started()

    await runs(4)
    program.does = "answers"
    await runs(1)
    program.does = "unreachable"
    await runs(4)

    expect(only(systemEvents, "BreakerOpened")).toEqual([])
  })
})

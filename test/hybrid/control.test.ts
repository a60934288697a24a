import { describe, expect, it } from "vitest"
import { InputError } from "../../src/index.ts"
import { aDirectory, aTrack, only, runOnce, type StartedTrack, type TrackOptions } from "./aTrack.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { worth } from "./judgedTracks.ts"
import { scriptedCalls } from "./scriptedCalls.ts"

/** So much has to be gained that the tracks are compared until it is decided. */
const workflow = oneStep({ quality: [{ assess: "worth" }] }, { performance_threshold: 0.45 })

const models = scriptedCalls(() => ({
  calls: { prompt: { does: "answers", price: 2 }, program: { does: "answers", price: 1 } },
}))

const started = async (options: TrackOptions = {}) => {
  const quality = { prompt: 0.2, program: 1 }
  const given = await aTrack({ programs: [sortProgram], assessors: [worth(quality)], layers: { models }, ...options })
  return { ...given, quality }
}

const routeOf = async (given: StartedTrack, seed?: number) => {
  const { report } = await runOnce(given, workflow, { inputs, ...(seed === undefined ? {} : { seed }) })
  const { to, reason } = report.steps[0]?.route ?? {}
  return `${to} ${reason}`
}

/** Runs until something happens; gives how many. */
const until = async (given: StartedTrack, tag: "ExperimentDecided" | "ExperimentReopened", most: number) => {
  for (let seed = 0; seed < most; seed += 1) {
    if (only(given.systemEvents, tag).length > 0) return seed
    await routeOf(given, seed)
  }
  return most
}

describe("an experiment", () => {
  it.each([
    ["pinned_traditional", "traditional pinned"],
    ["pinned_optimized", "optimized pinned"],
    ["paused", "traditional paused"],
  ] as const)(
    "that is %s is followed by every process from the next step on, and learns nothing",
    async (control, route) => {
      const store = aDirectory()
      const [one, other] = [await started({ store }), await started({ store })]
      await routeOf(one)
      const before = await one.track.experiments()

      const said = await one.track.controlExperiment({ step: "sort", control })

      expect(said).toEqual({ workflow: "triage", step: "sort", control })
      expect([await routeOf(one), await routeOf(other)]).toEqual([route, route])
      const [experiment] = await other.track.experiments()
      expect(experiment).toMatchObject({ control, tracks: before[0]?.tracks })

      await other.track.controlExperiment({ step: "sort", control: "running" })
      expect(await routeOf(one)).toBe("comparing ab_test")
    },
  )

  it("that is paused leaves the step to the track that has won", async () => {
    const given = await started()
    await until(given, "ExperimentDecided", 60)

    await given.track.controlExperiment({ workflow: "triage", step: "sort", control: "paused" })

    expect(await routeOf(given)).toBe("optimized paused")
  })

  it("on a step that nobody knows is not controlled, and the names are told", async () => {
    const given = await started()
    const pause = () => given.track.controlExperiment({ step: "sorted", control: "paused" })

    await expect(pause()).rejects.toThrow("none of this state directory has begun")
    await routeOf(given)

    await expect(pause()).rejects.toThrow(InputError)
    await expect(pause()).rejects.toThrow('Did you mean "sort"?')
  })

  it("that is decided is opened again when the winner is no longer as good, with an alert", async () => {
    const given = await started()
    const decidedAfter = await until(given, "ExperimentDecided", 60)
    const won = await routeOf(given, 3)

    given.quality.program = 0.1
    const reopenedAfter = await until(given, "ExperimentReopened", 60)

    expect(only(given.systemEvents, "ExperimentDecided")).toMatchObject([{ winner: "optimized", step: "sort" }])
    expect(won).toBe("optimized optimized_won")
    expect([decidedAfter, reopenedAfter].every((runs) => runs < 60)).toBe(true)
    expect(only(given.systemEvents, "AlertRaised")).toMatchObject([{ alert: "drift", step: "sort" }])
    expect(await given.track.experiments()).toMatchObject([{ epoch: 2, verdict: null, comparison: null }])
    expect(await routeOf(given)).toBe("comparing ab_test")
  })

  it("begins anew where the prompt, the judge or the model is another", async () => {
    const given = await started()
    await routeOf(given)

    const reworded = {
      ...workflow.steps[0],
      prompt: [{ type: "static" as const, content: "Sort {{inputs.message}}." }],
    }
    const otherwise = { ...workflow.steps[0], quality: ["schema" as const] }
    for (const step of [reworded, otherwise]) await runOnce(given, { ...workflow, steps: [step] }, { inputs })

    const known = await given.track.experiments()
    expect(new Set(known.map(({ key }) => key)).size).toBe(3)
    expect(known.map(({ comparison }) => comparison?.pairs)).toEqual([1, 1, 1])
  })

  it("goes on where only what is beside the question changes", async () => {
    const given = await started()
    await routeOf(given)

    const [step] = workflow.steps
    const beside = { ...step, condition: "inputs.message", budget: { calls: 9 }, output_to_file: "{{run.id}}.txt" }
    await runOnce(given, { ...workflow, steps: [beside] }, { inputs, outputDir: aDirectory() })

    expect(await given.track.experiments()).toMatchObject([{ comparison: { pairs: 2 } }])
  })
})

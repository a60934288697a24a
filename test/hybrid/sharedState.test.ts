import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { aDirectory } from "./aTrack.ts"
import { type ManyRuns, manyRuns } from "./manyRuns.ts"
import { countOutcomes, foldExperiments } from "./recount.ts"
import { storedEntries } from "./storedEntries.ts"

const script = fileURLToPath(new URL("./manyRuns.ts", import.meta.url))

const inProcess = async (store: string, firstSeed: number, count: number, atOnce: number): Promise<ManyRuns> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, "many-runs", store, ...[firstSeed, count, atOnce].map(String)],
    { maxBuffer: 2 ** 28 },
  )
  return JSON.parse(stdout)
}

const stored = (store: string) => {
  const [experiment, ...others] = storedEntries(store, "experiments").map(({ value }) => JSON.parse(value))
  expect(others).toEqual([])
  return experiment
}

describe("one state directory", () => {
  it.each([
    ["two runtimes of one process", manyRuns],
    ["two processes", inProcess],
  ])(
    "adds up the experiments of %s that are at it at the same time",
    async (_, running) => {
      const store = aDirectory()

      const ran = await Promise.all([running(store, 0, 60, 10), running(store, 1000, 60, 10)])

      const events = ran.flatMap((each) => each.events)
      const { tracks, served, pairs, verdict } = stored(store)
      const [counted] = countOutcomes(events).values()
      expect({ traditional: tracks.traditional.n, optimized: tracks.optimized.n }).toEqual(counted)
      const [folded] = foldExperiments(events).values()
      expect({ pairs, served }).toEqual({ pairs: folded?.pairs, served: folded?.served })
      expect(tracks.optimized.costUsd).toBeCloseTo(tracks.optimized.n / 2 ** 20, 12)
      expect(events.filter(({ _tag }) => _tag === "RunCompleted")).toHaveLength(120)
      expect(verdict).toMatchObject({ winner: "optimized" })
      const told = ran.flatMap((each) => each.told)
      expect(told.filter((tag) => tag === "ExperimentDecided")).toHaveLength(1)
      expect(told.filter((tag) => tag === "RecommendationMade").length).toBeGreaterThan(0)
    },
    90_000,
  )
})

import fc from "fast-check"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { Experiment } from "../../src/Experiment.ts"
import { playScenario } from "./playScenario.ts"
import { problemsOfRuns } from "./problemsOfRuns.ts"
import { countOutcomes, foldExperiments } from "./recount.ts"
import { anyScenario } from "./scenarios.ts"

const encode = Schema.encodeSync(Schema.fromJsonString(Experiment))

describe("runs in which anything can go wrong", () => {
  it("end once, cost what their calls cost, go where the design says, and are counted once", async () => {
    await fc.assert(
      fc.asyncProperty(anyScenario, async (scenario) => {
        const played = await playScenario(scenario)

        expect(problemsOfRuns(played, scenario)).toEqual([])
        const events = played.runs.flatMap((run) => run.events)
        const folded = [...foldExperiments(events)].map(([key, experiment]) => ({ key, value: encode(experiment) }))
        expect(played.experiments).toEqual(folded)
        const counted = played.experiments.map(({ key, value }) => {
          const { traditional, optimized } = JSON.parse(value).tracks
          return [key, { traditional: traditional.n, optimized: optimized.n }]
        })
        expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(countOutcomes(events)))
      }),
      { numRuns: 60 },
    )
  }, 120_000)
})

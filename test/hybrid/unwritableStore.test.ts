import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import { OptimizedExecutor } from "../../src/index.ts"
import { servePrograms } from "../../src/services/programs/servePrograms.ts"
import { noUsage } from "../../src/Usage.ts"
import { aDirectory, aTrack, only, runOnce } from "./aTrack.ts"
import { inputs, oneStep } from "./oneStep.ts"
import { scriptedCalls } from "./scriptedCalls.ts"

/** A program that does not come out of the store. */
const program = Layer.succeed(OptimizedExecutor, {
  readiness: () => Effect.succeed({ programId: "own", available: true, model: "own/model" }),
  execute: () =>
    Effect.succeed({ result: { success: true, text: "refund", outputs: { intent: "refund" } }, usage: noUsage }),
})

const models = scriptedCalls(() => ({ calls: { prompt: { does: "answers", price: 1 } } }))

const directories = {
  "a file stands in its place": () => {
    const file = join(aDirectory(), "state")
    writeFileSync(file, "not a directory")
    return file
  },
  "the file in it is not a store": () => {
    const directory = aDirectory()
    writeFileSync(
      join(directory, "doubletrack.db"),
      "this is no database, and long enough to be seen as none".repeat(99),
    )
    return directory
  },
  // Not even the superuser, for whom permissions do not hold, can write there.
  "it stands where nobody may write": () => "/proc/self",
}

const cases = Object.entries(directories).filter(([name]) => existsSync("/proc/self") || !name.includes("nobody"))

describe.each(cases)("where no state can be kept, because %s", (_, directory) => {
  it("runs go on, the process learns from them, and each kind of loss is said once", async () => {
    const given = await aTrack({ store: directory(), layers: { models, optimized: program } })
    const workflow = oneStep({ quality: ["schema"] })

    const reports = []
    for (let run = 0; run < 4; run += 1) reports.push((await runOnce(given, workflow, { inputs })).report)

    expect(reports.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => "completed"))
    const last = await runOnce(given, workflow, { inputs })
    const [route] = only(last.events, "StepRouted").map((event) => event.route)
    expect(route?.facts.standing).toMatchObject({ outcomes: { traditional: 4, optimized: 4 } })
    expect(given.logged.filter((line) => line.includes("evidence is kept in this process alone"))).toHaveLength(1)
    expect(given.logged).toEqual([...new Set(given.logged)])
    expect(given.logged.length).toBeLessThanOrEqual(4)
  })

  it("a unit still counts once, and the run's budget still holds", async () => {
    const given = await aTrack({ store: directory(), layers: { models, optimized: program } })
    const workflow = oneStep({ quality: ["schema"] }, { budget: { workflow: { calls: 4 } } })

    const statuses = []
    for (let run = 0; run < 6; run += 1) {
      const { report } = await runOnce(given, workflow, { inputs, unit: "Ada", mode: "hybrid" })
      statuses.push(report.status)
    }
    const { events } = await runOnce(given, workflow, { inputs, unit: "Ada", mode: "hybrid" })

    expect(statuses).toContain("completed")
    const [route] = only(events, "StepRouted").map((event) => event.route)
    const { traditional = 0, optimized = 0 } = route?.facts.standing?.outcomes ?? {}
    expect([traditional, optimized].toSorted()).toEqual([1, 1])
  })

  it("programs that cannot be had are said once, and the prompt goes on alone", async () => {
    const given = await aTrack({ store: directory(), layers: { models, optimized: servePrograms } })

    for (let run = 0; run < 4; run += 1) {
      const { report } = await runOnce(given, oneStep({ quality: ["schema"] }), { inputs })
      expect(report.steps[0]).toMatchObject({ executed: "traditional", route: { reason: "no_program" } })
    }

    expect(given.logged).toEqual([...new Set(given.logged)])
    expect(given.logged.length).toBeLessThanOrEqual(4)
  })

  it("feedback and control are refused in words", async () => {
    const given = await aTrack({ store: directory(), layers: { models, optimized: program } })
    const { report } = await runOnce(given, oneStep({ quality: ["feedback"] }), { inputs })

    await expect(given.track.feedback({ runId: report.runId, step: "sort", score: 1 })).rejects.toThrow(/state|store/i)
    await expect(
      given.track.controlExperiment({ workflow: "triage", step: "sort", control: "paused" }),
    ).rejects.toThrow(/state|store/i)
  })
})

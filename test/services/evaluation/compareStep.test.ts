import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import { OptimizedExecutor } from "../../../src/index.ts"
import { noUsage } from "../../../src/Usage.ts"
import { aDirectory, aTrack } from "../../hybrid/aTrack.ts"
import { oneStep, sortProgram } from "../../hybrid/oneStep.ts"
import { scriptedCalls } from "../../hybrid/scriptedCalls.ts"
import type { CallScript } from "../../hybrid/scripts.ts"

const models = ({ program, judge }: { readonly program?: CallScript; readonly judge?: CallScript } = {}) =>
  scriptedCalls(() => ({
    calls: {
      prompt: { does: "answers", price: 2 },
      program: program ?? { does: "answers", price: 1 },
      ...(judge === undefined ? {} : { judge }),
    },
  }))

const three = [{ message: "money back" }, { message: "where is it" }, { message: "one more please" }]

describe("a step that is compared on demand", () => {
  it("answers on both tracks, and the result without the answers is kept", async () => {
    const store = aDirectory()
    const { track } = await aTrack({ store, programs: [sortProgram], layers: { models: models() } })

    const compared = await track.compare({ workflow: oneStep({ quality: ["schema"] }), step: "sort", inputs: three })

    expect(compared).toMatchObject({
      workflow: "triage",
      step: "sort",
      programId: sortProgram.id,
      assessor: expect.stringMatching(/^schema@/),
      n: 3,
      modes: { traditional: { quality: 1 }, dspy_optimized: { quality: 1 } },
      comparison: { qualityDiff: 0 },
    })
    expect(compared.answers.map(({ optimized }) => optimized.outputs)).toEqual(three.map(() => ({ intent: "refund" })))
    const database = new DatabaseSync(join(store, "doubletrack.db"))
    const rows = database.prepare("select key, value from entries where collection = 'comparisons'").all()
    database.close()
    expect(rows).toMatchObject([{ key: compared.id }])
    expect(JSON.parse(String(rows[0]?.["value"]))).toMatchObject({ n: 3, recommendation: compared.recommendation })
    expect(String(rows[0]?.["value"])).not.toContain("money back")
    expect(await track.experiments()).toEqual([])
  })

  it("is compared by success alone where people judge its answers later, and says so", async () => {
    const { track } = await aTrack({
      programs: [sortProgram],
      layers: { models: models({ program: { does: "babbles", price: 1 } }) },
    })

    const compared = await track.compare({ workflow: oneStep({ quality: ["feedback"] }), step: "sort", inputs: three })

    expect(compared).toMatchObject({
      assessor: null,
      modes: { traditional: { quality: 1 }, dspy_optimized: { quality: 0 } },
    })
  })

  it("counts no answer that could not be judged", async () => {
    let asked = 0
    const { track } = await aTrack({
      programs: [sortProgram],
      layers: {
        models: scriptedCalls(({ track: of }) => ({
          calls: {
            prompt: { does: "answers", price: 1 },
            program: { does: "answers", price: 1 },
            judge: { does: of === "optimized" && (asked += 1) === 2 ? "server_error" : "answers", price: 1 },
          },
        })),
      },
    })

    const compared = await track.compare({ workflow: oneStep({ quality: ["llm_judge"] }), step: "sort", inputs: three })

    expect(compared.n).toBe(2)
    expect(compared.modes.dspy_optimized.quality).toBe(0.75)
    expect(compared.answers).toHaveLength(2)
  })

  it("is not compared at all where none could be", async () => {
    const { track } = await aTrack({
      programs: [sortProgram],
      layers: { models: models({ judge: { does: "server_error", price: null } }) },
    })

    const compared = track.compare({ workflow: oneStep({ quality: ["llm_judge"] }), step: "sort", inputs: three })

    await expect(compared).rejects.toThrow('no answers of step "sort" could be judged')
  })

  it("does not wait for a track beyond the step's deadline, which is a failure of that track", async () => {
    const hanging = Layer.succeed(OptimizedExecutor, {
      readiness: () => Effect.succeed({ programId: "own", available: true }),
      execute: () => Effect.never,
    })
    const { track } = await aTrack({
      settings: { stepTimeoutMs: 50 },
      layers: { models: models(), optimized: hanging },
    })

    const compared = await track.compare({ workflow: oneStep(), step: "sort", inputs: { message: "money back" } })

    expect(compared.answers).toMatchObject([
      { traditional: { score: 1 }, optimized: { score: 0, failure: { reason: "timeout" }, ...noUsage } },
    ])
  })
})

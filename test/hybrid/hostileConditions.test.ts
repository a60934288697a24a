import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import { OptimizedExecutor, StepFailure } from "../../src/index.ts"
import { noUsage } from "../../src/Usage.ts"
import { aTrack, only, runOnce } from "./aTrack.ts"
import { ManualClock } from "./ManualClock.ts"
import { inputs, oneStep } from "./oneStep.ts"
import { scriptedCalls } from "./scriptedCalls.ts"

const models = scriptedCalls(() => ({ calls: { prompt: { does: "answers", price: 1 } } }))

const executing = (execute: (typeof OptimizedExecutor)["Service"]["execute"]) =>
  Layer.succeed(OptimizedExecutor, {
    readiness: () => Effect.succeed({ programId: "own", available: true, model: "own/model" }),
    execute,
  })

const answer = { result: { success: true, text: "refund", outputs: { intent: "refund" } }, usage: noUsage }

describe("a program of one's own", () => {
  it.each([7, -1, Number.NaN])("whose answer claims a quality of %s has given none", async (quality) => {
    const optimized = executing(() => Effect.succeed({ ...answer, quality }))
    const given = await aTrack({ layers: { models, optimized } })

    const { report } = await runOnce(given, oneStep(), { inputs, mode: "dspy_optimized" })
    const { events } = await runOnce(given, oneStep({ quality: ["schema"] }), { inputs })

    expect(report.steps[0]).toMatchObject({ executed: "traditional", fellBack: true })
    expect(only(events, "TracksCompared")).toMatchObject([
      { winner: "traditional", optimized: { answered: false, failure: { reason: "defect" } } },
    ])
  })
})

describe("a clock that is set back in the middle of a run", () => {
  const started = async (execute: (typeof OptimizedExecutor)["Service"]["execute"]) => {
    const clock = new ManualClock("2026-03-04T05:06:07.000Z")
    const setBack = Effect.sync(() => clock.setBack(3_600_000))
    const optimized = executing((task) => Effect.andThen(setBack, execute(task)))
    const given = await aTrack({ clock, layers: { models, optimized } })
    return { given, clock }
  }

  it("harms neither the run nor what is learned from it", async () => {
    const { given, clock } = await started(() => Effect.as(Effect.sleep(20), answer))
    const workflow = oneStep({ quality: ["schema"] })

    const alone = await runOnce(given, workflow, { inputs, mode: "dspy_optimized" }, clock)
    const pair = await runOnce(given, workflow, { inputs }, clock)

    expect([alone, pair].map(({ report }) => [report.status, report.totals.latencyMs])).toEqual([
      ["completed", 20],
      ["completed", 20],
    ])
    const ids = pair.events.map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted())
    expect(await given.track.experiments()).toMatchObject([{ tracks: { optimized: { n: 1 }, traditional: { n: 1 } } }])
  })

  it("does not make a step wait longer", async () => {
    const gone = new StepFailure({ reason: "dspy_unavailable", message: "gone" })
    const { given, clock } = await started(() => Effect.fail(gone))
    const waiting = oneStep({ dspy_config: { fallback_strategy: "wait_and_retry", max_wait_time: 5000 } })

    const { report } = await runOnce(given, waiting, { inputs, mode: "dspy_optimized" }, clock)

    expect(report.steps[0]).toMatchObject({ executed: "traditional", latencyMs: 4000 })
  })
})

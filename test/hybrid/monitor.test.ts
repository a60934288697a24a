import { firstValueFrom, lastValueFrom, type Observable, toArray } from "rxjs"
import { describe, expect, it } from "vitest"
import { aTrack, only, runOnce, type TrackOptions } from "./aTrack.ts"
import { worth } from "./judgedTracks.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { scriptedCalls, type ScriptedStep } from "./scriptedCalls.ts"

const calls: ScriptedStep["calls"] = { prompt: { does: "answers", price: 4 }, program: { does: "answers", price: 1 } }

const started = (options: TrackOptions = {}) =>
  aTrack({
    programs: [sortProgram],
    assessors: [worth({ prompt: 0.2, program: 1 })],
    layers: { models: scriptedCalls(() => ({ calls })) },
    ...options,
  })

/** So much has to be gained that the tracks are compared until it is decided. */
const workflow = oneStep({ quality: [{ assess: "worth" }] }, { performance_threshold: 0.45 })

describe("what watches the runs", () => {
  it("gives the latest metrics to whoever comes late, and completes on close", async () => {
    const given = await started()
    const early = lastValueFrom(given.track.metrics$.pipe(toArray()))
    for (let run = 0; run < 3; run += 1) await runOnce(given, workflow, { inputs })

    const late = await firstValueFrom(given.track.metrics$)
    await given.track.close()

    expect(late).toMatchObject([
      {
        workflow: "triage",
        step: "sort",
        lifetime: {
          n: 3,
          completed: 3,
          totalCostUsd: 15 / 2 ** 20,
          tracks: { traditional: { n: 3, quality: expect.closeTo(0.2, 12) }, optimized: { n: 3, quality: 1 } },
          comparisons: { n: 3, winners: { traditional: 0, optimized: 3, none: 0 } },
        },
      },
    ])
    expect((await early).at(-1)).toEqual(late)
    expect(await lastValueFrom(given.track.metrics$.pipe(toArray()))).toEqual([late])
  })

  it("gives each experiment as it learns, and its recommendation when that changes", async () => {
    const given = await started()
    const reports = lastValueFrom(given.track.experiments$.pipe(toArray()))
    const changes = lastValueFrom(given.track.recommendations$.pipe(toArray()))

    for (let run = 0; run < 24; run += 1) await runOnce(given, workflow, { inputs })
    const [known] = await given.track.experiments()
    await given.track.close()

    const seen = await reports
    expect(seen).toHaveLength(24)
    expect(seen.map(({ comparison }) => comparison?.pairs ?? 0)).toEqual(seen.map((_, index) => index + 1))
    expect(seen.at(-1)).toEqual(known)
    const verdicts = (await changes).map(({ recommendation: { verdict }, before }) => [before?.verdict, verdict])
    expect(verdicts).toEqual([
      [undefined, "recommend_evaluation"],
      ["recommend_evaluation", "recommend_dspy"],
    ])
    const told = only(given.systemEvents, "RecommendationMade").map(({ verdict }) => verdict)
    expect(told).toEqual(["recommend_evaluation", "recommend_dspy"])
  })

  it("counts without anyone looking", async () => {
    const given = await started()
    await Promise.all([1, 2, 3, 4].map(() => runOnce(given, workflow, { inputs })))

    expect(await firstValueFrom(given.track.metrics$)).toMatchObject([{ lifetime: { n: 4 } }])
  })

  it("raises an alert once for as long as a track fails too often", async () => {
    const answers = { failing: true }
    const given = await started({
      settings: { alerts: { errorRate: 0.2, leastOutcomes: 10 }, background: { optimize: false } },
      layers: {
        models: scriptedCalls(() => ({
          calls: { ...calls, prompt: { does: answers.failing ? "server_error" : "answers", price: 4 } },
        })),
      },
    })
    const alerts = () => only(given.systemEvents, "AlertRaised").map(({ alert, step }) => `${alert} ${step}`)
    const runs = async (count: number) => {
      for (let run = 0; run < count; run += 1) await runOnce(given, workflow, { inputs, mode: "traditional" })
    }

    await runs(9)
    const tooFew = alerts()
    await runs(6)
    const failing = alerts()
    answers.failing = false
    await runs(90)
    answers.failing = true
    await runs(20)

    expect(tooFew).toEqual([])
    expect(failing).toEqual(["error_rate sort"])
    expect(alerts()).toEqual(["error_rate sort", "error_rate sort"])
  })

  it("completes everything on close", async () => {
    const given = await started()
    const { metrics$, experiments$, recommendations$, systemEvents$ } = given.track
    const streams: ReadonlyArray<Observable<unknown>> = [metrics$, experiments$, recommendations$, systemEvents$]
    const all = Promise.all(streams.map((each$) => lastValueFrom(each$.pipe(toArray()))))

    await given.track.close()

    expect(await all).toEqual([[], [], [], []])
  })
})

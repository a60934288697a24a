import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Experiment } from "../../../src/Experiment.ts"
import { ExperimentReport } from "../../../src/ExperimentReport.ts"
import { experimentReport, experimentReports } from "../../../src/streams/experiment/experimentReport.ts"
import { answer, failure, usage } from "../events.ts"
import { begun, observe, pair, times } from "./experiments.ts"

const alone = { control: "running", decidedJointly: false } as const
const report = (experiment: Experiment) => experimentReport(experiment, alone)
const good = answer({ quality: 1, usage: usage(0.02), latencyMs: 100 })
const better = answer({ quality: 1, usage: usage(0.01), latencyMs: 300 })
const poor = answer({ quality: 0, usage: usage(0.02), latencyMs: 100 })

describe("the report on an experiment", () => {
  test("has nothing to compare before any evidence", () => {
    const { key } = begun()

    expect(report(begun())).toEqual({
      key,
      workflow: "support",
      step: "triage",
      programId: "prog-1",
      model: "offline/in-context",
      assessor: "schema",
      epoch: 1,
      startedAt: "2026-03-01T10:00:00.000Z",
      updatedAt: "2026-03-01T10:00:00.000Z",
      control: "running",
      tracks: {
        traditional: { n: 0, quality: null, successRate: null, costUsd: null, latencyMs: null },
        optimized: { n: 0, quality: null, successRate: null, costUsd: null, latencyMs: null },
      },
      comparison: null,
      recommendation: null,
      verdict: null,
      guardrail: null,
      canaryShare: 0.05,
    })
  })

  test("tells what was charged to each track, and the differences", () => {
    const { tracks, comparison, updatedAt } = report(
      observe(begun(), [...times(3, pair(poor, better)), pair(poor, failure({ usage: usage(0.03), latencyMs: 300 }))]),
    )

    expect(updatedAt).toBe("2026-03-01T11:00:00.000Z")
    expect(tracks.traditional).toMatchObject({ n: 4, quality: 0, successRate: 1, costUsd: 0.02 })
    expect(tracks.optimized).toMatchObject({ n: 4, quality: 0.75, successRate: 0.75 })
    expect(tracks.optimized.costUsd).toBeCloseTo(0.015)
    expect(tracks.optimized.latencyMs!.p95).toBeCloseTo(300, -1)
    expect(Object.keys(tracks.optimized.latencyMs!)).toEqual(["p50", "p95"])
    expect(comparison).toMatchObject({ pairs: 4, qualityDiff: 0.75, successRateDiff: -0.25, decided: false })
    expect(comparison!.costDiff).toBeCloseTo(-0.005)
    expect(comparison!.executionTimeDiff).toBeCloseTo(200, -1)
    expect(comparison!.interval[0]).toBeLessThan(0)
  })

  test("knows no difference in cost without prices, and none of tracks that never ran", () => {
    const unpriced = answer({ quality: 1, usage: usage(null) })
    const one = observe(begun(), [{ assigned: "traditional", traditional: good }])

    expect(report(observe(begun(), [pair(unpriced, better)])).comparison).toMatchObject({ costDiff: null })
    expect(report(one).comparison).toMatchObject({
      costDiff: null,
      executionTimeDiff: null,
      successRateDiff: null,
    })
  })

  test("tells verdict, recommendation and guardrail once there is one", () => {
    const won = report(
      observe(begun(), times(60, pair(poor, answer({ quality: 1, usage: usage(0.01), latencyMs: 100 })))),
    )
    const dear = answer({ quality: 1, usage: usage(0.09) })
    const tooDear = report(observe(begun(), times(60, pair(poor, dear))))

    expect(won.verdict).toMatchObject({ winner: "optimized", threshold: 0.1 })
    expect(won.recommendation).toMatchObject({ verdict: "recommend_dspy", nNeeded: 0 })
    expect(won).toMatchObject({ canaryShare: 1, guardrail: null, comparison: { decided: true } })
    expect(tooDear).toMatchObject({ guardrail: expect.stringContaining("4.5 times") })
  })

  test("is JSON that its schema reads", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(pair(poor, better), pair(good, failure()), {
            assigned: "optimized" as const,
            optimized: better,
          }),
          {
            maxLength: 30,
          },
        ),
        (observations) => {
          const made = report(observe(begun({ compilationCostUsd: 1 }), observations))

          const read = Schema.decodeUnknownSync(ExperimentReport)(JSON.parse(JSON.stringify(made)), {
            onExcessProperty: "error",
          })

          expect(read).toEqual(made)
        },
      ),
    )
  })
})

describe("the doubly robust gain", () => {
  const gainOf = (experiment: Experiment) => report(experiment).comparison!

  test("is told from 30 pairs on", () => {
    expect(gainOf(observe(begun(), times(29, pair(poor, better)))).doublyRobust).toBeNull()

    const { value, interval } = gainOf(observe(begun(), times(30, pair(poor, better)))).doublyRobust!

    expect(value).toBeCloseTo(1)
    expect(interval[0]).toBeLessThan(1)
    expect(interval[1]).toBeGreaterThan(1)
  })

  test("is told from 30 outcomes of the rarer track on", () => {
    const rare = { assigned: "traditional", share: 0.1, traditional: good } as const
    const mixed = (n: number) =>
      observe(
        begun(),
        times(n, [...times(9, rare), { ...rare, assigned: "optimized" as const, optimized: better }]).flat(),
      )

    expect(gainOf(mixed(29)).doublyRobust).toBeNull()
    expect(gainOf(mixed(30)).doublyRobust).not.toBeNull()
  })

  test("makes a program not inferior once it is shown to lose less than 0.02", () => {
    expect(gainOf(observe(begun(), times(400, pair(good, better)))).nonInferior).toBe(true)
    expect(gainOf(observe(begun(), times(400, pair(better, poor)))).nonInferior).toBe(false)
  })

  test("does not take a few answers that agree for a proof", () => {
    const { nonInferior, doublyRobust } = gainOf(observe(begun(), times(40, pair(good, better))))

    expect(nonInferior).toBe(false)
    expect(doublyRobust!.value).toBe(0)
  })
})

describe("many experiments together", () => {
  /** So many pairs in a row that the optimized track won. */
  const wonAfter = (pairs: number, step: string) => observe(begun({ step }), times(pairs, pair(poor, better)))
  const nothing = (step: string) => begun({ step })

  test("are decided jointly as e-BH says: with many, one alone has to be surer", () => {
    const close = wonAfter(10, "a")
    const { eValue } = report(close).comparison!
    const [alone] = experimentReports([close], new Map())
    const [among] = experimentReports([close, ...times(Math.ceil(eValue / 20), nothing("b"))], new Map())

    expect(eValue).toBeGreaterThan(20)
    expect(alone!.comparison).toMatchObject({ decided: true, decidedJointly: true })
    expect(among!.comparison).toMatchObject({ decided: true, decidedJointly: false })
  })

  test("help one another: of three, one that is not sure enough alone is decided beside another", () => {
    const [close, sure] = [wonAfter(9, "a"), wonAfter(60, "c")]
    const decided = (all: ReadonlyArray<Experiment>) =>
      experimentReports(all, new Map()).map(({ comparison }) => comparison?.decidedJointly ?? null)

    expect(decided([close, nothing("b"), nothing("c")])).toEqual([false, null, null])
    expect(decided([close, nothing("b"), sure])).toEqual([true, null, true])
  })

  test("keep their order, and have the controls that people gave them", () => {
    const [a, b] = [nothing("a"), nothing("b")]

    const reports = experimentReports([b, a], new Map([[a.key, "paused"]]))

    expect(reports.map(({ step, control }) => [step, control])).toEqual([
      ["b", "running"],
      ["a", "paused"],
    ])
  })
})

describe("the runs to break even", () => {
  const breakEven = (compilationCostUsd: number | null, traditional: number | null, optimized: number | null) =>
    report(
      observe(begun({ compilationCostUsd }), [
        pair(answer({ quality: 1, usage: usage(traditional) }), answer({ quality: 1, usage: usage(optimized) })),
      ]),
    ).breakEvenRuns

  test("are what compiling cost over what a run saves, rounded up", () => {
    expect(breakEven(1, 0.03, 0.01)).toBe(50)
    expect(breakEven(1.001, 0.03, 0.01)).toBe(51)
    expect(breakEven(0.000_001, 0.03, 0.01)).toBe(1)
  })

  test("are none where compiling cost nothing", () => {
    expect(breakEven(0, null, null)).toBe(0)
    expect(breakEven(0, 0.01, 0.03)).toBe(0)
    expect(report(begun({ compilationCostUsd: 0 })).breakEvenRuns).toBe(0)
  })

  test("are not told where a cost is not known, or nothing is saved", () => {
    const unknown = [breakEven(null, 0.03, 0.01), breakEven(1, null, 0.01), breakEven(1, 0.03, null)]
    const nothingSaved = [breakEven(1, 0.01, 0.01), breakEven(1, 0.01, 0.03)]

    expect([...unknown, ...nothingSaved]).toEqual(times(5, undefined))
    expect(report(begun({ compilationCostUsd: 1 }))).not.toHaveProperty("breakEvenRuns")
  })
})

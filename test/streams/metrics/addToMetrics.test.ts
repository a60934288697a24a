import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { RunEvent } from "../../../src/RunEvent.ts"
import { latestValues } from "../../../src/streams/Latest.ts"
import { addToMetrics, noMetrics } from "../../../src/streams/metrics/addToMetrics.ts"
import { mergeTotals, noTotals } from "../../../src/streams/metrics/mergeTotals.ts"
import { metricsOf } from "../../../src/streams/metrics/metricsOf.ts"
import { isCounted, totalsOf } from "../../../src/streams/metrics/totalsOf.ts"
import {
  answer,
  compared,
  completed,
  failed,
  failure,
  fellBack,
  minute,
  stepStarted,
  unreached,
  usage,
} from "../events.ts"

const fold = (events: ReadonlyArray<RunEvent>) => events.reduce(addToMetrics, noMetrics)
const reportOf = (events: ReadonlyArray<RunEvent>) => metricsOf(fold(events))[0]!

/** Costs and qualities in steps of 1/1024, whose sums are exact. */
const exact = fc.integer({ min: 0, max: 1024 }).map((parts) => parts / 1024)
const arm = fc.oneof(
  fc
    .record({ latencyMs: fc.integer({ min: 0, max: 60_000 }), quality: exact, costUsd: fc.option(exact) })
    .map(({ latencyMs, quality, costUsd }) => answer({ latencyMs, quality, usage: usage(costUsd, 7) })),
  fc.constantFrom(failure(), unreached, failure({ invalid: true }), answer()),
)
const place = fc.record({
  step: fc.constantFrom("triage", "reply", "file"),
  at: fc.integer({ min: 0, max: 300 }).map(minute),
})
const event: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.tuple(place, arm, arm).map(([at, traditional, optimized]) => completed({ ...at, traditional, optimized })),
  fc.tuple(place, arm).map(([at, traditional]) => completed({ ...at, traditional })),
  fc.tuple(place, arm).map(([at, optimized]) => failed({ ...at, optimized })),
  fc
    .tuple(place, arm, arm, fc.constantFrom("traditional" as const, "optimized" as const, null))
    .map(([at, traditional, optimized, winner]) => compared({ ...at, traditional, optimized, winner })),
  fc
    .tuple(place, fc.constantFrom("timeout" as const, "dspy_unavailable" as const))
    .map(([at, reason]) => fellBack({ ...at, reason, strategy: "wait_and_retry" })),
  place.map(stepStarted),
)
const events = fc.array(event, { maxLength: 60, size: "max" })

describe("metrics of a step", () => {
  test("count a track every time it ran: alone, in a comparison, as a fallback", () => {
    const both = { traditional: answer({ quality: 0.5 }), optimized: answer({ quality: 1 }) }

    const { lifetime } = reportOf([
      completed({ traditional: answer({ usage: usage(0.25, 10) }) }),
      compared({ ...both, winner: "optimized" }),
      completed(both),
      fellBack({ reason: "optimization_failed", strategy: "traditional" }),
      completed({ optimized: failure({ usage: usage(0.5, 3) }), traditional: answer({ usage: usage(0.5, 20) }) }),
      failed({ optimized: failure({ usage: usage(null, 4) }) }),
    ])

    expect(lifetime).toMatchObject({ n: 4, completed: 3, successRate: 0.75, priced: 3, totalCostUsd: 1.25 })
    expect(lifetime.costUsd).toBeCloseTo(1.25 / 3)
    expect(lifetime.tracks.traditional).toMatchObject({ n: 3, answered: 3, successRate: 1, judged: 1, quality: 0.5 })
    expect(lifetime.tracks.traditional).toMatchObject({ priced: 3, costUsd: 0.25, totalCostUsd: 0.75, tokens: 30 })
    expect(lifetime.tracks.optimized).toMatchObject({ n: 3, answered: 1, judged: 1, quality: 1, priced: 2, tokens: 7 })
    expect(lifetime.tracks.optimized.successRate).toBeCloseTo(1 / 3)
  })

  test("do not count an optimized track that there was none of, but say so", () => {
    const { lifetime } = reportOf([completed({ optimized: unreached, traditional: answer() })])

    expect(lifetime.unreached).toBe(1)
    expect(lifetime.tracks.optimized).toMatchObject({ n: 0, successRate: null })
  })

  test("count a track that was tried for a while and turned out to be out of reach", () => {
    const { lifetime } = reportOf([completed({ optimized: { ...unreached, latencyMs: 30 }, traditional: answer() })])

    expect(lifetime.unreached).toBe(0)
    expect(lifetime.tracks.optimized).toMatchObject({ n: 1, answered: 0 })
  })

  test("know nothing of what was never measured", () => {
    const { lifetime } = reportOf([failed({})])

    expect(lifetime).toMatchObject({ n: 1, completed: 0, successRate: 0 })
    expect(lifetime.tracks.traditional).toEqual({
      n: 0,
      answered: 0,
      successRate: null,
      judged: 0,
      quality: null,
      priced: 0,
      costUsd: null,
      totalCostUsd: 0,
      tokens: 0,
      latencyMs: null,
    })
    expect(lifetime.comparisons).toMatchObject({ n: 0, qualityDiff: null, costDiff: null, successRateDiff: null })
  })

  test("tell winners and mean differences of comparisons, of what can be compared", () => {
    const { lifetime } = reportOf([
      compared({
        traditional: answer({ quality: 0.5, latencyMs: 100, usage: usage(0.25) }),
        optimized: answer({ quality: 0.75, latencyMs: 300, usage: usage(0.5) }),
        winner: "optimized",
      }),
      compared({
        traditional: answer({ quality: 0.5, latencyMs: 100, usage: usage(null) }),
        optimized: failure({ latencyMs: 100 }),
        winner: "traditional",
      }),
      compared({ traditional: failure(), optimized: failure(), winner: null }),
      compared({ traditional: answer({ quality: 1 }), optimized: failure({ invalid: true }), winner: "traditional" }),
    ])

    expect(lifetime.comparisons).toEqual({
      n: 4,
      winners: { traditional: 2, optimized: 1, none: 1 },
      qualityDiff: (0.25 - 0.5) / 2,
      costDiff: 0.25 / 2,
      latencyDiffMs: 200 / 3,
      successRateDiff: -1 / 3,
    })
  })

  test("count fallbacks by cause and by strategy", () => {
    const { lifetime } = reportOf([
      fellBack({ reason: "timeout", strategy: "traditional" }),
      fellBack({ reason: "timeout", strategy: "wait_and_retry" }),
      fellBack({ reason: "dspy_unavailable", strategy: "traditional" }),
    ])

    expect(lifetime.fallbacks).toEqual({
      n: 3,
      causes: { timeout: 2, dspy_unavailable: 1 },
      strategies: { traditional: 2, wait_and_retry: 1 },
    })
  })

  test("are the same in whatever order the events came", () => {
    fc.assert(
      fc.property(
        events.chain((made) => fc.tuple(fc.constant(made), fc.shuffledSubarray(made, { minLength: made.length }))),
        ([made, shuffled]) => {
          expect(metricsOf(fold(shuffled))).toEqual(metricsOf(fold(made)))
        },
      ),
    )
  })

  test("are the same in whatever parts they were added up", () => {
    fc.assert(
      fc.property(events, events, (early, late) => {
        const sum = (all: ReadonlyArray<RunEvent>) => all.filter(isCounted).map(totalsOf).reduce(mergeTotals, noTotals)

        expect(mergeTotals(sum(late), sum(early))).toEqual(sum([...early, ...late]))
      }),
    )
  })

  test("keep quantiles of latency to 1 %", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 200, size: "max" }),
        (latencies) => {
          const { lifetime, window } = reportOf(
            latencies.map((latencyMs, index) =>
              completed({ at: minute(index % 50), optimized: answer({ latencyMs }) }),
            ),
          )

          const sorted = latencies.toSorted((a, b) => a - b)
          for (const [name, share] of [
            ["p50", 0.5],
            ["p95", 0.95],
            ["p99", 0.99],
          ] as const) {
            const exactly = sorted[Math.floor(share * (sorted.length - 1))]!
            const known = lifetime.tracks.optimized.latencyMs![name]
            expect(Math.abs(known - exactly)).toBeLessThanOrEqual(0.01 * exactly * (1 + 1e-9))
          }
          expect(window.tracks.optimized.latencyMs).toEqual(lifetime.tracks.optimized.latencyMs)
        },
      ),
    )
  })

  test("leave the same object for events that they do not count", () => {
    const metrics = fold([completed({ traditional: answer() })])

    expect(addToMetrics(metrics, stepStarted())).toBe(metrics)
  })
})

describe("the last hour", () => {
  const at = (minutes: number, step = "triage") => completed({ at: minute(minutes), step, traditional: answer() })

  test("forgets what is older by the time of the events, while the lifetime keeps it", () => {
    const { window, lifetime } = reportOf([at(0), at(4), at(5), at(60)])

    expect(window).toMatchObject({ since: minute(5), until: minute(65), n: 2 })
    expect(lifetime.n).toBe(4)
  })

  test("goes on with the events of any step", () => {
    const [reply, triage] = metricsOf(fold([at(0), at(60, "reply")]))

    expect(reply).toMatchObject({ step: "reply", window: { n: 1 } })
    expect(triage).toMatchObject({ step: "triage", latestAt: minute(0), window: { n: 0, successRate: null } })
  })

  test("can be asked for at a later time than that of the latest event", () => {
    const metrics = fold([at(0), at(30)])

    const windows = [30, 59, 60, 89, 90].map((minutes) => metricsOf(metrics, Date.parse(minute(minutes)))[0]!.window.n)

    expect(windows).toEqual([2, 2, 1, 1, 0])
  })

  test("can be asked for at an earlier time, of what is still kept", () => {
    const metrics = fold([at(0), at(30), at(50)])

    expect(metricsOf(metrics, Date.parse(minute(34)))[0]!.window).toMatchObject({ until: minute(35), n: 2 })
  })

  test("counts a late event at its own time", () => {
    const late = [at(40), at(10), at(-25)]

    expect(reportOf(late).window.n).toBe(2)
    expect(reportOf([...late, at(70)]).window.n).toBe(2)
  })

  test("holds at any time what happened in the twelve buckets before, whatever the order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60, size: "max" }),
        (minutes) => {
          const latest = Math.floor(Math.max(...minutes) / 5)

          const { window, lifetime } = reportOf(minutes.map((each) => at(each)))

          expect(window.n).toBe(minutes.filter((each) => Math.floor(each / 5) > latest - 12).length)
          expect(lifetime.n).toBe(minutes.length)
        },
      ),
    )
  })

  test("takes an event whose time cannot be read for one of the latest time", () => {
    const { window, latestAt } = reportOf([at(20), completed({ at: "yesterday", traditional: answer() })])

    expect(window.n).toBe(2)
    expect(latestAt).toBe(minute(20))
  })
})

test("100,000 events of 5,000 steps leave the 1,000 steps used last, with twelve buckets at most", () => {
  let metrics = noMetrics

  for (let index = 0; index < 100_000; index += 1) {
    const step = index % 10 === 0 ? "busy" : `step-${Math.floor(index / 20)}`
    const traditional = answer({ latencyMs: index % 977 })
    metrics = addToMetrics(metrics, completed({ step, at: minute(index / 50), traditional }))
  }

  const kept = latestValues(metrics.steps)
  const last = Array.from({ length: 999 }, (_, index) => `step-${4999 - index}`)
  expect(kept.map(({ step }) => step).toSorted()).toEqual(["busy", ...last].toSorted())
  expect(kept.every(({ buckets }) => buckets.length <= 12)).toBe(true)
  expect(kept.find(({ step }) => step === "busy")).toMatchObject({ lifetime: { ends: { n: 10_000 } } })
  expect(JSON.stringify(metricsOf(metrics)).length).toBeLessThan(3_000_000)
})

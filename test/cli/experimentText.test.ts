import * as Result from "effect/Result"
import { describe, expect, test } from "vitest"
import { experimentDetails, experimentText } from "../../src/cli/experimentText.ts"
import { findExperiments } from "../../src/cli/findExperiments.ts"
import type { ExperimentReport, TrackReport } from "../../src/ExperimentReport.ts"

const traditional: TrackReport = {
  n: 200,
  quality: 0.7,
  successRate: 1,
  costUsd: 0.002,
  latencyMs: { p50: 410, p95: 900 },
}

const report = (change: Partial<ExperimentReport> = {}): ExperimentReport => ({
  key: "exp-0123456789abcdef",
  workflow: "triage",
  step: "sort",
  programId: "prog-0123456789abcdef",
  model: "offline/in-context",
  assessor: "schema@1",
  epoch: 1,
  startedAt: "2026-03-01T10:00:00.000Z",
  updatedAt: "2026-03-01T11:00:00.000Z",
  control: "running",
  tracks: { traditional, optimized: { ...traditional, quality: 0.9, costUsd: null } },
  comparison: {
    pairs: 50,
    qualityDiff: 0.2,
    costDiff: null,
    executionTimeDiff: 0,
    successRateDiff: 0,
    interval: [-0.05, 0.4],
    eValue: 3.25,
    decided: false,
    decidedJointly: false,
    doublyRobust: null,
    nonInferior: false,
  },
  recommendation: { verdict: "recommend_evaluation", reason: "not enough data; about 80 more are needed", nNeeded: 80 },
  verdict: null,
  guardrail: null,
  canaryShare: 0.05,
  ...change,
})

const won: ExperimentReport["verdict"] = {
  winner: "optimized",
  threshold: 0.1,
  n: 320,
  at: "2026-03-01T10:30:00.000Z",
  quality: 0.9,
}

describe("an experiment in the list", () => {
  test("says who is ahead, how sure that is, and what it takes to decide", () => {
    expect(experimentText(report()).split("\n")).toEqual([
      "triage/sort: no winner yet (prog-0123456789abcdef)",
      "  track        n    quality  answered  cost     p50     p95",
      "  traditional  200  70.0 %   100.0 %   $0.0020  410 ms  900 ms",
      "  optimized    200  90.0 %   100.0 %   unknown  410 ms  900 ms",
      "difference: +20.0 points (95 % interval −5.0 to +40.0), e-value 3.3: undecided",
      "recommend_evaluation: not enough data; about 80 more are needed",
      "",
    ])
  })

  test("shows a track that has not run, and evidence that is not there, as nothing", () => {
    const nothing: TrackReport = { n: 0, quality: null, successRate: null, costUsd: null, latencyMs: null }

    const text = experimentText(
      report({ tracks: { traditional, optimized: nothing }, comparison: null, recommendation: null }),
    )

    expect(text).toMatch(/^ {2}optimized {4}0 {4}· {8}· {9}· {8}· {7}·$/m)
    expect(text).not.toMatch(/difference|recommend|null|NaN|undefined/)
  })

  test("names the winner, what holds it, and when compiling is paid for", () => {
    const lines = experimentText(
      report({
        workflow: "help desk",
        verdict: won,
        control: "pinned_traditional",
        guardrail: "the program costs 2.5 times as much",
        breakEvenRuns: 1200,
        recommendation: { verdict: "recommend_hybrid", reason: "the qualities are within 0.05", nNeeded: 12 },
      }),
    ).split("\n")

    expect(lines[0]).toBe("help desk/sort: the optimized track won, the gain is above 0.1 (prog-0123456789abcdef)")
    expect(lines.slice(5)).toEqual([
      "recommend_hybrid: the qualities are within 0.05; about 12 more would decide it",
      "pinned to the traditional track by hand; doubletrack experiments resume 'help desk/sort'",
      "guardrail: the program costs 2.5 times as much",
      "compiling is paid for after 1200 runs of the program",
      "",
    ])
  })
})

describe("an experiment by itself", () => {
  test("says what it is about, when it was decided, and which came before it", () => {
    const text = experimentDetails(report({ verdict: { ...won, winner: "traditional" }, epoch: 2 }), [
      report({ key: "exp-before" }),
    ])

    expect(text).toMatch(/^quality {5}by schema@1$/m)
    expect(text).toMatch(/^epoch {7}2: drift opened the question again$/m)
    expect(text).toMatch(
      /^winner {6}the traditional track won, the gain is below 0\.1; decided 2026-03-01T10:30:00\.000Z after 320 outcomes$/m,
    )
    expect(text).toMatch(/^break even {2}not known, or never/m)
    expect(text).toMatch(/^earlier {5}exp-before$/m)
  })

  test("says how much is certain about the difference", () => {
    const comparison = report().comparison
    if (comparison === null) throw new Error("no comparison")
    const doublyRobust = { value: 0.18, interval: [0.05, 0.31] as const }

    const text = experimentDetails(
      report({ comparison: { ...comparison, decided: true, doublyRobust, nonInferior: true }, breakEvenRuns: 0 }),
      [],
    )

    expect(text).toMatch(
      /^doubly robust: \+18\.0 points \(95 % interval \+5\.0 to \+31\.0\): not worse by 2 points or more$/m,
    )
    expect(text).toMatch(/^among all experiments together: undecided$/m)
    expect(text).toMatch(/^break even {2}from the start: compiling cost nothing$/m)
  })
})

describe("which experiment is meant", () => {
  const known = [
    report({ key: "exp-new" }),
    report({ key: "exp-old" }),
    report({ key: "exp-other", workflow: "support" }),
    report({ key: "exp-draft", step: "draft" }),
  ]
  const keysOf = (written: string) =>
    Result.map(findExperiments(written, known), (found) => found.map(({ key }) => key))

  test("is said by a step, by workflow and step, or by a key, the latest first", () => {
    expect(keysOf("draft")).toEqual(Result.succeed(["exp-draft"]))
    expect(keysOf("triage/sort")).toEqual(Result.succeed(["exp-new", "exp-old"]))
    expect(keysOf("exp-other")).toEqual(Result.succeed(["exp-other"]))
  })

  test.each([
    ["sort", 'several workflows have a step "sort"; say which: triage/sort, support/sort'],
    ["drfat", /^there is no experiment on step "drfat"\. Did you mean "draft"\? There are some on triage\/sort, /],
    ["triage/srot", /Did you mean "triage\/sort"\?/],
    ["reply", /^there is no experiment on step "reply"\. There are some on /],
  ])("%s is refused", (written, message) => {
    const found = findExperiments(written, known)

    expect(Result.isFailure(found) && found.failure.message).toMatch(message)
  })
})

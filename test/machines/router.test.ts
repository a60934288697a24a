import { describe, expect, it } from "vitest"
import { routeStep } from "../../src/machines/router.ts"
import type { Route, RouteFacts } from "../../src/Route.ts"
import type { RoutingPolicy } from "../../src/RoutingPolicy.ts"
import type { Standing } from "../../src/Standing.ts"
import { hybridFacts, standingWith } from "../../src/testing/hybridFacts.ts"
import { dividing } from "./dividing.ts"

type Policy = Partial<RoutingPolicy>

const factsWith = (facts: Partial<RouteFacts>, policy: Policy = {}): RouteFacts => ({
  ...hybridFacts,
  ...facts,
  policy: { ...hybridFacts.policy, ...policy },
})

const broken = { optimizedAvailable: false }
const off: Policy = { abTesting: false }

describe("a step that nothing is drawn for", () => {
  it.each<[string, Partial<RouteFacts>, Partial<Route>]>([
    ["no signature", { hasSignature: false }, { to: "traditional", reason: "no_signature" }],
    [
      "no signature, mode dspy_optimized",
      { hasSignature: false, mode: "dspy_optimized" },
      { to: "traditional", reason: "no_signature" },
    ],
    ["mode traditional", { mode: "traditional" }, { to: "traditional", reason: "mode_traditional" }],
    ["kill switch", { mode: "traditional", modeSource: "kill_switch" }, { to: "traditional", reason: "kill_switch" }],
    ["mode dspy_optimized", { mode: "dspy_optimized" }, { to: "optimized", reason: "mode_optimized" }],
    [
      "mode dspy_optimized, no program",
      { mode: "dspy_optimized", programId: null },
      { to: "fallback", reason: "dspy_unavailable", assigned: "optimized" },
    ],
    [
      "mode dspy_optimized, track out of order",
      { mode: "dspy_optimized", ...broken },
      { to: "fallback", reason: "dspy_unavailable", assigned: "optimized" },
    ],
    [
      "mode dspy_optimized, optimization off for the step",
      { mode: "dspy_optimized", optimizationEnabled: false },
      { to: "traditional", reason: "optimization_disabled" },
    ],
    [
      "mode dspy_optimized, writing tools: one track",
      { mode: "dspy_optimized", sideEffects: true },
      { to: "optimized", reason: "mode_optimized" },
    ],
    ["hybrid, no program", { programId: null }, { to: "traditional", reason: "no_program" }],
    [
      "hybrid, optimization off for the step",
      { optimizationEnabled: false },
      { to: "traditional", reason: "optimization_disabled" },
    ],
    ["hybrid, pinned to the program", { control: "pinned_optimized" }, { to: "optimized", reason: "pinned" }],
    ["hybrid, pinned to the prompt", { control: "pinned_traditional" }, { to: "traditional", reason: "pinned" }],
    [
      "hybrid, pinned to a program out of order",
      { control: "pinned_optimized", ...broken },
      { to: "fallback", reason: "dspy_unavailable", assigned: "optimized" },
    ],
    ["hybrid, paused before anything is known", { control: "paused" }, { to: "traditional", reason: "paused" }],
    [
      "hybrid, paused before anything is decided",
      { control: "paused", standing: standingWith({ benefit: 0.9 }) },
      { to: "traditional", reason: "paused" },
    ],
    [
      "hybrid, paused after the program has won",
      { control: "paused", standing: standingWith({ verdict: "optimized" }) },
      { to: "optimized", reason: "paused" },
    ],
    [
      "hybrid, paused after the program has won and then broken a guardrail",
      { control: "paused", standing: standingWith({ verdict: "optimized", guardrail: "it fails too often" }) },
      { to: "traditional", reason: "paused" },
    ],
    ["evaluation", { mode: "evaluation" }, { to: "comparing", reason: "mode_evaluation", assigned: "both" }],
    ["evaluation, no program", { mode: "evaluation", programId: null }, { to: "traditional", reason: "no_program" }],
    [
      "evaluation, track out of order",
      { mode: "evaluation", ...broken },
      { to: "fallback", reason: "dspy_unavailable", assigned: "both" },
    ],
    [
      "evaluation, writing tools",
      { mode: "evaluation", sideEffects: true },
      { to: "traditional", reason: "side_effects" },
    ],
  ])("routes: %s", (_, facts, expected) => {
    const assigned = expected.to === "optimized" ? "optimized" : "traditional"

    for (const draw of [0, 0.5, 0.999]) {
      expect(routeStep(factsWith({ ...facts, draw }))).toMatchObject({
        assigned,
        propensity: 1,
        share: null,
        ...expected,
      })
    }
  })

  it("goes to the program wherever one is adopted when routing is not to be intelligent", () => {
    const blind = { intelligent: false }
    const standing = standingWith({ verdict: "traditional", guardrail: "it fails too often" })

    expect(routeStep(factsWith({ standing }, blind))).toMatchObject({ to: "optimized", reason: "not_intelligent" })
    expect(routeStep(factsWith(broken, blind))).toMatchObject({ to: "fallback", reason: "dspy_unavailable" })
    expect(routeStep(factsWith({ programId: null }, blind))).toMatchObject({ to: "traditional", reason: "no_program" })
  })
})

/** Of 1000 steps those that go to the program, to both tracks, and to the prompt. */
type Division = readonly [optimized: number, both: number, traditional: number]

const undecided = (benefit: number | null, change: Partial<Standing> = {}) => ({
  standing: standingWith({ benefit, ...change }),
})

const control: Division = [20, 0, 980]
const winning: Division = [980, 0, 20]
const exploring: Division = [100, 0, 900]
const canary: Division = [50, 0, 950]
const paired: Division = [0, 1000, 0]
const halves: Division = [500, 0, 500]

describe("a step in mode hybrid with a program, T = 0.1", () => {
  it.each<[string, Partial<RouteFacts>, Policy, Route["reason"], Division]>([
    // lo > T, hi < T: decided, tested or not
    ["lo > T", undecided(0.3, { interval: [0.11, 0.5] }), {}, "optimized_won", winning],
    ["lo > T, ab_testing off", undecided(0.3, { interval: [0.11, 0.5] }), off, "optimized_won", winning],
    ["hi < T", undecided(0, { interval: [-0.3, 0.09] }), {}, "traditional_won", control],
    ["hi < T, ab_testing off", undecided(0, { interval: [-0.3, 0.09] }), off, "traditional_won", control],
    ["lo = T is undecided", undecided(0.15, { interval: [0.1, 0.5] }), {}, "ab_test", paired],
    ["the program won", undecided(0.3, { verdict: "optimized" }), {}, "optimized_won", winning],
    ["the prompt won", undecided(0.3, { verdict: "traditional" }), {}, "traditional_won", control],
    [
      "control share 25 %",
      undecided(0.3, { verdict: "optimized" }),
      { controlShare: 0.25 },
      "optimized_won",
      [750, 0, 250],
    ],
    ["control share 0", undecided(0, { verdict: "traditional" }), { controlShare: 0 }, "traditional_won", [0, 0, 1000]],
    // b > 2T
    ["b > 2T", undecided(0.21), {}, "promising", canary],
    ["b > 2T, ab_testing off", undecided(0.21), off, "ab_testing_off", winning],
    ["b > 2T, writing tools", { ...undecided(0.21), sideEffects: true }, {}, "promising", canary],
    // T < b <= 2T
    ["b = 2T", undecided(0.2), {}, "ab_test", paired],
    ["T < b < 2T", undecided(0.15), {}, "ab_test", paired],
    ["T < b < 2T, ab_testing off", undecided(0.15), off, "ab_testing_off", winning],
    ["T < b < 2T, writing tools", { ...undecided(0.15), sideEffects: true }, {}, "ab_test", halves],
    ["T < b < 2T, people judge later", { ...undecided(0.15), ...delayed() }, {}, "ab_test", halves],
    ["T < b < 2T, pairs cost too much", { ...undecided(0.15), comparisonAffordable: false }, {}, "ab_test", halves],
    ["T < b < 2T, 49 pairs", undecided(0.15, { pairs: 49 }), {}, "ab_test", paired],
    ["T < b < 2T, 50 pairs", undecided(0.15, { pairs: 50 }), {}, "ab_test", [450, 100, 450]],
    [
      "50 pairs, half of all may be pairs",
      undecided(0.15, { pairs: 50 }),
      { comparisonBudget: 0.5 },
      "ab_test",
      [250, 500, 250],
    ],
    [
      "50 pairs, pairs cost too much",
      { ...undecided(0.15, { pairs: 50 }), comparisonAffordable: false },
      {},
      "ab_test",
      halves,
    ],
    ["no pairs wanted", undecided(0.15), { comparisonBudget: 0 }, "ab_test", halves],
    // b unknown
    ["b unknown", undecided(null), {}, "ab_test", paired],
    ["b unknown, ab_testing off", undecided(null), off, "ab_testing_off", control],
    ["b unknown, writing tools", { ...undecided(null), sideEffects: true }, {}, "ab_test", halves],
    ["nothing observed", { standing: null }, {}, "ab_test", paired],
    ["nothing observed, ab_testing off", { standing: null }, off, "ab_testing_off", control],
    ["nothing observed, people judge later", { standing: null, ...delayed() }, {}, "ab_test", halves],
    // b <= T
    ["b = T", undecided(0.1), {}, "exploration", exploring],
    ["b < T", undecided(-0.2), {}, "exploration", exploring],
    ["b < T, exploration share 30 %", undecided(0), { explorationShare: 0.3 }, "exploration", [300, 0, 700]],
    ["b < T, ab_testing off", undecided(0.05), off, "ab_testing_off", control],
    ["b = T, ab_testing off", undecided(0.1), off, "ab_testing_off", control],
    // T = 0: nothing is promising, since twice nothing is nothing
    ["T = 0, b > 0", undecided(0.9), { threshold: 0 }, "ab_test", paired],
    ["T = 0, b > 0, ab_testing off", undecided(0.9), { threshold: 0, ...off }, "ab_testing_off", winning],
    ["T = 0, b = 0", undecided(0), { threshold: 0 }, "exploration", exploring],
    ["T = 0, lo > 0", undecided(0.3, { interval: [0.01, 0.5] }), { threshold: 0 }, "optimized_won", winning],
    // a guardrail comes before everything that is known of quality
    ["a guardrail, the program won", guarded({ verdict: "optimized" }), {}, "guardrail", control],
    ["a guardrail, lo > T", guarded({ interval: [0.5, 0.6] }), {}, "guardrail", control],
    ["a guardrail, b > 2T", guarded({ benefit: 0.9 }), {}, "guardrail", control],
    ["a guardrail, ab_testing off", guarded({ benefit: 0.9 }), off, "guardrail", control],
  ])("divides: %s", (_, facts, policy, reason, division) => {
    const { reasons, assigned, executed } = dividing(factsWith(facts, policy))

    expect(reasons).toEqual([reason])
    expect(assigned).toEqual(division)
    expect(executed).toEqual({ optimized: division[0], comparing: division[1], traditional: division[2], fallback: 0 })
  })

  it("lets a promising program double its share until the prompt has its control share left", () => {
    const shares = [0.05, 0.1, 0.2, 0.4, 0.8, 1].map(
      (canaryShare) => dividing(factsWith(undecided(0.3, { canaryShare }))).assigned[0],
    )

    expect(shares).toEqual([50, 100, 200, 400, 800, 980])
  })

  it.each<[string, Partial<RouteFacts>, Division]>([
    ["breaker open", { breaker: "open", ...broken }, winning],
    ["no model", broken, winning],
    ["half open, one step tries", { breaker: "half_open" }, winning],
    ["half open, and no model", { breaker: "half_open", ...broken }, winning],
    ["nothing known, breaker open", { breaker: "open", ...broken, standing: null }, paired],
  ])("draws the assignment before it looks whether the track can answer: %s", (_, facts, division) => {
    const { assigned, executed } = dividing(factsWith({ ...undecided(0.3, { verdict: "optimized" }), ...facts }))
    const answering = facts.optimizedAvailable ?? true

    expect(assigned).toEqual(division)
    expect(executed.fallback).toBe(answering ? 0 : division[0] + division[1])
    expect(executed.traditional).toBe(division[2])
  })

  it("says that it gives a track time to recover whose breaker is open", () => {
    const facts = { ...undecided(0.3, { verdict: "optimized" }), ...broken }

    expect(routeStep(factsWith({ ...facts, breaker: "open" })).because).toContain("failed several times in a row")
    expect(routeStep(factsWith(facts)).because).not.toContain("several times")
  })
})

function delayed(): Partial<RouteFacts> {
  return { subject: { ...hybridFacts.subject!, assessor: "feedback", delayed: true } }
}

function guarded(change: Partial<Standing>): Partial<RouteFacts> {
  return { standing: standingWith({ guardrail: "it fails too often", ...change }) }
}

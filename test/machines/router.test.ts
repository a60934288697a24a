import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { routeStep } from "../../src/machines/router.ts"
import { Route, type RouteFacts } from "../../src/Route.ts"
import { anyFacts, hybridFacts } from "./facts.ts"

const routed = (facts: Partial<RouteFacts>) => routeStep({ ...hybridFacts, ...facts })

describe("routeStep", () => {
  it("gives every combination of facts a valid route", () => {
    const isRoute = Schema.is(Route)

    fc.assert(fc.property(anyFacts, (facts) => isRoute(routeStep(facts))))
  })

  it("gives the same facts the same route", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(routeStep(facts)).toEqual(routeStep(structuredClone(facts)))
      }),
    )
  })

  it("never executes a program that is not there or cannot answer", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        fc.pre(facts.programId === null || !facts.optimizedAvailable)

        expect(["traditional", "fallback"]).toContain(routeStep(facts).to)
      }),
    )
  })

  it("never runs a step with side effects on both tracks", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(routeStep({ ...facts, sideEffects: true, mode: "hybrid" }).to).not.toBe("comparing")
        expect(routeStep({ ...facts, sideEffects: true }).to).not.toBe("comparing")
      }),
    )
  })

  it("keeps a step traditional without a signature, whatever the mode", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const route = routeStep({ ...facts, hasSignature: false })

        expect(route).toMatchObject({ to: "traditional", reason: "no_signature", assigned: "traditional" })
      }),
    )
  })

  it("keeps a step traditional in mode traditional", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(routeStep({ ...facts, mode: "traditional" }).to).toBe("traditional")
      }),
    )
  })

  it("states the probability with which these facts lead here", () => {
    const share = (facts: RouteFacts) => {
      const target = routeStep(facts)
      const draws = Array.from({ length: 100 }, (_, index) => routeStep({ ...facts, draw: index / 100 }))
      return { target, seen: draws.filter(({ to }) => to === target.to).length / 100 }
    }

    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { target, seen } = share(facts)

        expect(seen).toBeCloseTo(target.propensity, 5)
      }),
    )
  })

  it.each<[string, Partial<RouteFacts>, Partial<Route>]>([
    ["hybrid, no program", { programId: null }, { to: "traditional", reason: "no_program" }],
    ["hybrid, a program nobody knows", {}, { to: "comparing", reason: "undecided", assigned: "both" }],
    ["hybrid, the program out of order", { optimizedAvailable: false }, { to: "fallback", reason: "dspy_unavailable" }],
    ["hybrid, no tests wanted", { abTestingEnabled: false }, { to: "traditional", reason: "ab_testing_off" }],
    ["hybrid, no estimates wanted", { intelligentRouting: false }, { to: "optimized", reason: "not_intelligent" }],
    ["hybrid, writing tools, low draw", { sideEffects: true, draw: 0.2 }, { to: "optimized", propensity: 0.5 }],
    ["hybrid, writing tools, high draw", { sideEffects: true, draw: 0.7 }, { to: "traditional", propensity: 0.5 }],
    [
      "hybrid, optimization off",
      { optimizationEnabled: false },
      { to: "traditional", reason: "optimization_disabled" },
    ],
    ["optimized", { mode: "dspy_optimized" }, { to: "optimized", reason: "mode_optimized", assigned: "optimized" }],
    [
      "optimized, no program",
      { mode: "dspy_optimized", programId: null },
      { to: "fallback", reason: "dspy_unavailable", assigned: "optimized" },
    ],
    [
      "optimized, out of order",
      { mode: "dspy_optimized", optimizedAvailable: false },
      { to: "fallback", reason: "dspy_unavailable", assigned: "optimized" },
    ],
    ["evaluation", { mode: "evaluation" }, { to: "comparing", reason: "mode_evaluation" }],
    ["evaluation, no program", { mode: "evaluation", programId: null }, { to: "traditional", reason: "no_program" }],
    ["killed", { mode: "traditional", modeSource: "kill_switch" }, { to: "traditional", reason: "kill_switch" }],
  ])("routes: %s", (_, facts, expected) => {
    expect(routed(facts)).toMatchObject(expected)
  })
})

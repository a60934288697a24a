import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { routeStep } from "../../src/machines/router.ts"
import { Route } from "../../src/Route.ts"
import { anyRouteFacts, hybridFacts, standingWith } from "../../src/testing/index.ts"
import { dividing } from "./dividing.ts"

const manyRuns = { numRuns: 2000 }

const anyPercent = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100)

describe("every route", () => {
  it("is a valid one, and states a probability above nothing", () => {
    const isRoute = Schema.is(Route)

    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        const route = routeStep(facts)

        expect(isRoute(route)).toBe(true)
        expect(route.propensity).toBeGreaterThan(0)
        expect(route.because).not.toBe("")
      }),
      manyRuns,
    )
  })

  it("is the same for the same facts", () => {
    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        expect(routeStep(structuredClone(facts))).toEqual(routeStep(facts))
      }),
    )
  })

  it("leads to a program only where one is adopted and can answer", () => {
    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        const { to } = routeStep(facts)

        if (to === "optimized" || to === "comparing") {
          expect(facts.programId).not.toBeNull()
          expect(facts.optimizedAvailable).toBe(true)
        }
        if (to === "fallback") expect(facts.optimizedAvailable).toBe(false)
      }),
      manyRuns,
    )
  })

  it("executes the assigned track, unless that cannot answer", () => {
    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        const { to, assigned } = routeStep(facts)

        if (to !== "fallback") expect(to).toBe(assigned === "both" ? "comparing" : assigned)
        else expect(assigned).not.toBe("traditional")
      }),
      manyRuns,
    )
  })

  it("never leads to both tracks where a step can write", () => {
    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        const { to, assigned } = routeStep({ ...facts, sideEffects: true })

        expect(to).not.toBe("comparing")
        if (facts.optimizedAvailable) expect(assigned).not.toBe("both")
      }),
      manyRuns,
    )
  })

  it("pairs nothing in production that people judge later, or that cannot be afforded", () => {
    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        const { to, assigned } = routeStep({ ...facts, mode: "hybrid" })

        if (to === "comparing" || assigned === "both") {
          expect(facts.subject?.delayed).toBe(false)
          expect(facts.comparisonAffordable).toBe(true)
        }
      }),
      manyRuns,
    )
  })

  it("stays traditional without a signature and in mode traditional", () => {
    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        expect(routeStep({ ...facts, hasSignature: false })).toMatchObject({ to: "traditional", share: null })
        expect(routeStep({ ...facts, mode: "traditional" })).toMatchObject({ to: "traditional", share: null })
      }),
    )
  })
})

describe("chance", () => {
  it("decides as often as the route says", () => {
    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        const { assigned, propensity, share } = routeStep(facts)
        const [optimized, both, traditional] = dividing(facts).assigned.map((count) => count / 1000)

        expect({ optimized, both, traditional }[assigned]).toBeCloseTo(propensity, 2)
        if (share !== null) expect(optimized).toBeCloseTo((1 - (both ?? 0)) * share, 2)
        else expect(propensity).toBe(1)
      }),
      { numRuns: 200 },
    )
  })

  it("decides on the same plan whether the track can answer or not", () => {
    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        const up = routeStep({ ...facts, mode: "hybrid", optimizedAvailable: true, breaker: "closed" })
        const down = routeStep({ ...facts, mode: "hybrid", optimizedAvailable: false, breaker: "open" })

        const planned = ({ assigned, propensity, share }: Route) => ({ assigned, propensity, share })
        expect(planned(down)).toEqual(planned(up))
      }),
      manyRuns,
    )
  })

  it("gives the lowest draws to the program, then to both tracks, then to the prompt", () => {
    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        const order = dividing(facts).routes.map(({ assigned }) =>
          ["optimized", "both", "traditional"].indexOf(assigned),
        )

        expect(order).toEqual(order.toSorted((a, b) => a - b))
      }),
      { numRuns: 200 },
    )
  })

  it("leaves who was given the program with it while its share grows", () => {
    const promising = { ...hybridFacts, policy: { ...hybridFacts.policy, threshold: 0.1 } }
    const assignedAt = (canaryShare: number, draw: number) =>
      routeStep({ ...promising, draw, standing: standingWith({ benefit: 0.9, canaryShare }) }).assigned

    fc.assert(
      fc.property(fc.uniqueArray(anyPercent, { minLength: 2 }), anyPercent, (shares, percent) => {
        const draw = Math.min(percent, 0.999)
        const track = shares.toSorted((a, b) => a - b).map((share) => assignedAt(share, draw))

        expect(track.lastIndexOf("traditional")).toBeLessThan(
          track.includes("optimized") ? track.indexOf("optimized") : track.length,
        )
      }),
    )
  })

  it("leaves a decided question exactly the control share, and a doubtful program exactly the exploration share", () => {
    const perMille = (share: number) => Math.round(1000 * share)

    fc.assert(
      fc.property(anyPercent, anyPercent, fc.boolean(), (controlShare, explorationShare, abTesting) => {
        const policy = { ...hybridFacts.policy, controlShare, explorationShare, abTesting }
        const optimized = (standing: Parameters<typeof standingWith>[0]) =>
          dividing({ ...hybridFacts, policy, standing: standingWith(standing) }).assigned[0]

        expect(optimized({ verdict: "optimized" })).toBe(1000 - perMille(controlShare))
        expect(optimized({ verdict: "traditional" })).toBe(perMille(controlShare))
        expect(optimized({ guardrail: "it fails too often" })).toBe(perMille(controlShare))
        expect(optimized({ benefit: -0.2 })).toBe(perMille(abTesting ? explorationShare : controlShare))
      }),
      { numRuns: 50 },
    )
  })
})

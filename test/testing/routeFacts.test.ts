import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { routeStep } from "../../src/machines/router.ts"
import { RouteFacts, RouteReason, RouteTarget } from "../../src/Route.ts"
import { Standing } from "../../src/Standing.ts"
import { anyRouteFacts, hybridFacts, standingWith } from "../../src/testing/index.ts"

describe("the facts to test routing policies with", () => {
  it("are valid, and say nothing that contradicts itself", () => {
    const isFacts = Schema.is(RouteFacts)

    fc.assert(
      fc.property(anyRouteFacts, (facts) => {
        const { programId, subject, standing } = facts

        expect(isFacts(facts)).toBe(true)
        expect(subject?.programId ?? null).toBe(programId)
        if (subject === null) expect(facts).toMatchObject({ standing: null, optimizedAvailable: false })
        if (facts.breaker === "open") expect(facts.optimizedAvailable).toBe(false)
        if (facts.modeSource === "kill_switch") expect(facts.mode).toBe("traditional")
        if (standing !== null) {
          expect(standing.interval[0]).toBeLessThanOrEqual(standing.interval[1])
          expect(standing.pairs).toBeLessThanOrEqual(Math.min(...Object.values(standing.outcomes)))
        }
      }),
    )
  })

  it("lead to every route there is, for every reason", () => {
    const routes = fc.sample(anyRouteFacts, { numRuns: 3000, seed: 1 }).map(routeStep)

    expect(new Set(routes.map(({ reason }) => reason))).toEqual(new Set(RouteReason.literals))
    expect(new Set(routes.map(({ to }) => to))).toEqual(new Set(RouteTarget.literals))
  })

  it("start from a step in mode hybrid about which nothing is known yet", () => {
    expect(Schema.is(RouteFacts)(hybridFacts)).toBe(true)
    expect(Schema.is(Standing)(standingWith())).toBe(true)
    expect(routeStep(hybridFacts)).toMatchObject({ to: "comparing", reason: "ab_test" })
  })
})

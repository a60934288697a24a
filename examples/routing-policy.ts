import fc from "fast-check"
import { defaultRoutingPolicy, type RoutingPolicy, routeStep } from "../src/index.ts"
import { anyRouteFacts } from "../src/testing/index.ts"

// How careful is a routing policy? Whatever is known of a program, these properties hold for it, or a counterexample is shown.

/** As `hybrid_config` would say it: a program has to bring 15 points, and until then gets every twentieth step. */
const careful: RoutingPolicy = { ...defaultRoutingPolicy, threshold: 0.15, explorationShare: 0.05, comparisonBudget: 0 }

/** Every situation that a step in mode hybrid can be in, under this policy. */
const situations = anyRouteFacts.map((facts) => ({ ...facts, mode: "hybrid" as const, policy: careful }))

const properties = {
  "no step pays for two answers": fc.property(situations, (facts) => routeStep(facts).to !== "comparing"),

  "a program that is thought to bring too little gets a twentieth of the steps": fc.property(situations, (facts) => {
    const { reason, share } = routeStep(facts)
    return reason !== "exploration" || share === 0.05
  }),

  "a program that is out of order answers nothing": fc.property(situations, (facts) => {
    return facts.optimizedAvailable || routeStep(facts).to !== "optimized"
  }),

  "every decision can be made again from what its event says": fc.property(situations, (facts) => {
    const route = routeStep(facts)
    return JSON.stringify(routeStep(route.facts)) === JSON.stringify(route)
  }),
}

for (const [title, property] of Object.entries(properties)) {
  fc.assert(property, { numRuns: 1000 })
  console.log(`holds: ${title}`)
}

import fc from "fast-check"
import type { ExecutionMode } from "../../src/ExecutionMode.ts"
import type { RouteFacts } from "../../src/Route.ts"

const modes = ["traditional", "dspy_optimized", "hybrid", "evaluation"] as const satisfies ReadonlyArray<ExecutionMode>
const sources = ["kill_switch", "step_override", "step", "run", "workflow", "default"] as const

/** All facts that a step can be routed on. */
export const anyFacts: fc.Arbitrary<RouteFacts> = fc.record({
  mode: fc.constantFrom(...modes),
  modeSource: fc.constantFrom(...sources),
  hasSignature: fc.boolean(),
  optimizationEnabled: fc.boolean(),
  programId: fc.option(fc.constant("p1")),
  optimizedAvailable: fc.boolean(),
  sideEffects: fc.boolean(),
  intelligentRouting: fc.boolean(),
  abTestingEnabled: fc.boolean(),
  draw: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

/** A step in hybrid mode with an adopted program and nothing known of it. */
export const hybridFacts: RouteFacts = {
  mode: "hybrid",
  modeSource: "workflow",
  hasSignature: true,
  optimizationEnabled: true,
  programId: "p1",
  optimizedAvailable: true,
  sideEffects: false,
  intelligentRouting: true,
  abTestingEnabled: true,
  draw: 0.25,
}

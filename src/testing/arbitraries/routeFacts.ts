import fc from "fast-check"
import type { ModeDecision, RouteFacts } from "../../Route.ts"
import { anyProgramFacts, noProgram } from "./programFacts.ts"
import { anyRoutingPolicy } from "./routingPolicies.ts"
import { plain } from "./plain.ts"

/** The kill switch says traditional, and so does who says nothing. */
const anyModeDecision: fc.Arbitrary<ModeDecision> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      mode: fc.oneof(
        { weight: 4, arbitrary: fc.constant("hybrid" as const) },
        fc.constantFrom("traditional", "dspy_optimized", "evaluation"),
      ),
      source: fc.constantFrom("step_override", "step", "run", "workflow"),
    }),
  },
  fc.record({ mode: fc.constant("traditional" as const), source: fc.constantFrom("kill_switch", "default") }),
)

/** Draws from [0, 1), its ends among them; evenly, where doubles drawn as such would nearly all be tiny. */
export const anyDraw: fc.Arbitrary<number> = fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((part) => part / 2 ** 31)

/** Whom a run is for, as the router sees it. */
export const anyUnit: fc.Arbitrary<string | null> = fc.option(fc.constantFrom("b5bb9d8014a0f9b1", "7d865e959b246691"))

/** Everything that a step can be routed on. Nobody looks for a program without a signature, or in mode traditional. */
export const anyRouteFacts: fc.Arbitrary<RouteFacts> = fc
  .record({
    decision: anyModeDecision,
    hasSignature: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
    optimizationEnabled: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
    sideEffects: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    policy: anyRoutingPolicy,
    unit: anyUnit,
    draw: anyDraw,
  })
  .chain(({ decision, ...facts }) =>
    (facts.hasSignature && decision.mode !== "traditional" ? anyProgramFacts : noProgram).map((program) => ({
      mode: decision.mode,
      modeSource: decision.source,
      ...facts,
      ...program,
    })),
  )
  .map(plain)

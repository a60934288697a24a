import fc from "fast-check"
import type { Arm } from "../../../src/Arm.ts"
import type { Observation } from "../../../src/Observation.ts"
import { policyWith, subject } from "./observations.ts"

const fraction = fc.double({ min: 0, max: 1, noNaN: true })

const usage = fc.record({
  tokens: fc.record({ input: fc.nat(5000), output: fc.nat(5000) }),
  costUsd: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
})

const measured = { usage, latencyMs: fc.double({ min: 0, max: 600_000, noNaN: true }) }

const anyArm: fc.Arbitrary<Arm> = fc.oneof(
  fc.record(
    { answered: fc.constant(true), ...measured, quality: fraction },
    { requiredKeys: ["answered", "usage", "latencyMs"] },
  ),
  fc.record({
    answered: fc.constant(false),
    ...measured,
    failure: fc.constantFrom(
      { reason: "optimization_failed" as const, message: "unreadable" },
      { reason: "dspy_unavailable" as const, message: "not there" },
    ),
  }),
  fc.record({
    answered: fc.constant(false),
    ...measured,
    failure: fc.constant({ reason: "authentication" as const, message: "wrong key" }),
    invalid: fc.constant(true as const),
  }),
)

/** Shares that the router gives, where each track that can be assigned has one. */
const anyShare = fc.option(fc.constantFrom(0.02, 0.05, 0.1, 0.2, 0.4, 0.5, 0.8, 0.98))

/** What the end of a step may say about its tracks. */
export const anyObservation: fc.Arbitrary<Observation> = fc
  .record({
    assigned: fc.constantFrom("traditional" as const, "optimized" as const, "both" as const),
    share: anyShare,
    traditional: anyArm,
    optimized: anyArm,
    rescued: fc.boolean(),
    judged: fc.boolean(),
    threshold: fc.constantFrom(0, 0.1),
  })
  .map(({ assigned, share, traditional, optimized, rescued, judged, threshold }) => ({
    subject: { ...subject, assessor: judged ? "schema" : null },
    ...policyWith({ threshold }),
    unit: null,
    assigned,
    share,
    ...(assigned !== "optimized" || (rescued && !optimized.answered) ? { traditional } : {}),
    ...(assigned === "traditional" ? {} : { optimized }),
  }))

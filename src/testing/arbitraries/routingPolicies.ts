import fc from "fast-check"
import type { RoutingPolicy } from "../../RoutingPolicy.ts"
import { plain } from "./plain.ts"

/** Numbers from 0 to 1, both ends among them, most of them as people write them. */
export const anyShare: fc.Arbitrary<number> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0, 0.02, 0.1, 0.5, 1) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100) },
  fc.double({ min: 0, max: 1, noNaN: true }),
)

/** Everything that a `hybrid_config` can say about routing, sensible or not. */
export const anyRoutingPolicy: fc.Arbitrary<RoutingPolicy> = fc
  .record({
    intelligent: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    abTesting: fc.boolean(),
    threshold: anyShare,
    controlShare: anyShare,
    explorationShare: anyShare,
    comparisonBudget: anyShare,
    guardrails: fc.record({
      successRateDrop: anyShare,
      costRatio: fc.integer({ min: 1, max: 100 }).map((tenths) => tenths / 10),
      slowShareRise: anyShare,
    }),
  })
  .map(plain)

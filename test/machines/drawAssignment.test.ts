import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { drawAssignment } from "../../src/machines/drawAssignment.ts"
import { anyShare } from "../../src/testing/arbitraries/routingPolicies.ts"

/** As fine as real draws are, so that an assignment cannot owe its being drawn to rounding. */
const anyDraw = fc.maxSafeInteger().map((part) => (Math.abs(part) % 2 ** 48) / 2 ** 48)

describe("drawAssignment", () => {
  it.each([
    { pairs: 0, share: 0.3, draw: 0, assigned: "optimized", propensity: 0.3 },
    { pairs: 0, share: 0.3, draw: 0.29, assigned: "optimized", propensity: 0.3 },
    { pairs: 0, share: 0.3, draw: 0.3, assigned: "traditional", propensity: 0.7 },
    { pairs: 0.2, share: 0.5, draw: 0.39, assigned: "optimized", propensity: 0.4 },
    { pairs: 0.2, share: 0.5, draw: 0.41, assigned: "both", propensity: 0.2 },
    { pairs: 0.2, share: 0.5, draw: 0.61, assigned: "traditional", propensity: 0.4 },
    { pairs: 1, share: 0.5, draw: 0, assigned: "both", propensity: 1 },
    { pairs: 1, share: 0.5, draw: 0.999, assigned: "both", propensity: 1 },
    { pairs: 0, share: 0, draw: 0, assigned: "traditional", propensity: 1 },
    { pairs: 0, share: 1, draw: 0.999, assigned: "optimized", propensity: 1 },
  ])("takes $draw for $assigned at $pairs pairs and a share of $share", ({ pairs, share, draw, ...expected }) => {
    const drawn = drawAssignment({ pairs, share }, draw)

    expect(drawn.assigned).toBe(expected.assigned)
    expect(drawn.propensity).toBeCloseTo(expected.propensity, 12)
  })

  it("assigns nothing that was not probable, and nothing more than certain", () => {
    fc.assert(
      fc.property(anyShare, anyShare, anyDraw, (pairs, share, draw) => {
        const { propensity } = drawAssignment({ pairs, share }, draw)

        expect(propensity).toBeGreaterThan(0)
        expect(propensity).toBeLessThanOrEqual(1)
      }),
      {
        numRuns: 5000,
        examples: [
          [0.3, 1, 1 - 2 ** -48],
          [1 - 2 ** -53, 1, 1 - 2 ** -48],
          [2 ** -53, 1, 1 - 2 ** -48],
        ],
      },
    )
  })
})

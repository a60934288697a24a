import fc from "fast-check"
import type { Standing } from "../../Standing.ts"

const anyDifference = fc.integer({ min: -100, max: 100 }).map((hundredths) => hundredths / 100)

const anyInterval = fc
  .tuple(anyDifference, anyDifference)
  .map(([one, other]): Standing["interval"] => [Math.min(one, other), Math.max(one, other)])

/** Pairs count for both tracks, so that no track has fewer outcomes than there are pairs. */
const anyOutcomeCounts = fc
  .record({
    pairs: fc.nat(200),
    traditional: fc.nat(500),
    optimized: fc.nat(500),
  })
  .map(({ pairs, traditional, optimized }) => ({
    pairs,
    outcomes: { traditional: pairs + traditional, optimized: pairs + optimized },
  }))

/** From a twentieth of the steps to all of them. */
const anyCanaryShare = fc.nat(5).map((doublings) => Math.min(1, 0.05 * 2 ** doublings))

const nothingIsKnown: fc.Arbitrary<Standing> = fc
  .record({ pairs: fc.nat(2), traditional: fc.nat(2), optimized: fc.nat(2), canaryShare: anyCanaryShare })
  .map(({ pairs, traditional, optimized, canaryShare }) => ({
    pairs,
    outcomes: { traditional: pairs + traditional, optimized: pairs + optimized },
    benefit: null,
    interval: [-1, 1],
    verdict: null,
    guardrail: null,
    canaryShare,
  }))

const somethingIsKnown: fc.Arbitrary<Standing> = fc
  .record({
    counts: anyOutcomeCounts,
    benefit: anyDifference,
    interval: anyInterval,
    verdict: fc.option(fc.constantFrom("traditional", "optimized"), { freq: 2 }),
    guardrail: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      fc.constantFrom("it answers less often", "it costs 3 times as much", "it is slow more often"),
    ),
    canaryShare: anyCanaryShare,
  })
  .map(({ counts, ...standing }) => ({ ...counts, ...standing }))

/** Whatever an experiment can know of its tracks: from nothing, over undecided, to a verdict or a broken guardrail. */
export const anyStanding: fc.Arbitrary<Standing> = fc.oneof(nothingIsKnown, {
  weight: 5,
  arbitrary: somethingIsKnown,
})

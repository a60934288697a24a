import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  addPair,
  addSplit,
  decisive,
  differenceInterval,
  type Evidence,
  estimate,
  eValue,
  evidenceOf,
  isBeyond,
  merge,
  noEvidence,
  observationsIn,
  pairsIn,
  spread,
  wealthAgainst,
} from "../../src/statistics/evidence.ts"

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const luck = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const difference = fc.double({ min: -1, max: 1, noNaN: true })
const share = fc.oneof(fc.constantFrom(0.5, 0.1, 0.9, 0.02, 1 / 64), fc.double({ min: 0.01, max: 0.99, noNaN: true }))
const split = fc.record({
  assigned: fc.constantFrom("optimized" as const, "traditional" as const),
  share,
  value: fc.oneof(fc.constantFrom(0, 0.5, 1), unit),
  expected: unit,
})

/** One observation, as what it adds. */
const step = fc.oneof(
  fc.record({ difference, luck }).map((pair) => (before: Evidence) => addPair(before, pair.difference, pair.luck)),
  fc.record({ split, luck }).map((run) => (before: Evidence) => addSplit(before, run.split, run.luck)),
)
const steps = fc.array(step, { minLength: 1, maxLength: 30 })
const fold = (all: ReadonlyArray<(evidence: Evidence) => Evidence>) => all.reduce((sum, add) => add(sum), noEvidence)

/** Evidence of pairs and splits in numbers that decide something. */
const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  steps.map(fold),
  fc
    .tuple(steps, fc.integer({ min: 2, max: 60 }))
    .map(([all, times]) => fold(all).map(([value, weight, count]) => [value, weight, count * times] as const)),
)

/** The mean of what comes of all luck there is. */
const meanOverLuck = (of: (luck: number) => number) =>
  Array.from({ length: 1000 }, (_, index) => of((index + 0.5) / 1000)).reduce((sum, each) => sum + each / 1000, 0)

const limit = Math.log(20)

describe("evidence", () => {
  test("is the same, byte for byte, in whatever order and whatever parts it came in", () => {
    fc.assert(
      fc.property(steps, steps, (early, late) => {
        const folded = JSON.stringify(fold([...early, ...late]))

        expect(JSON.stringify(fold([...late, ...early].toReversed()))).toBe(folded)
        expect(JSON.stringify(merge(fold(early), fold(late)))).toBe(folded)
        expect(JSON.stringify(merge(fold(late), fold(early)))).toBe(folded)
      }),
    )
  })

  test("survives storage and stays as small as its grid", () => {
    const many = fold(Array.from({ length: 3000 }, (_, n) => (before) => addPair(before, Math.sin(n), (n * 0.618) % 1)))

    expect(JSON.parse(JSON.stringify(many))).toEqual(many)
    expect(many.length).toBeLessThanOrEqual(201)
    expect(pairsIn(many)).toBe(3000)
  })

  test("counts pairs and single runs", () => {
    const run = { assigned: "optimized", share: 1 - 0.9, value: 1, expected: 0.5 } as const
    const mixed = addSplit(addSplit(addPair(addPair(noEvidence, 1, 0), 1, 0), run, 0), run, 0)

    expect(mixed).toEqual([
      [0.75, 0.1, 2],
      [1, 1, 2],
    ])
    expect([pairsIn(mixed), observationsIn(mixed)]).toEqual([2, 4])
  })

  test("leaves values on the grid as they are, whatever the luck", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), luck, (place, rounding) => {
        expect(addPair(noEvidence, place / 100 - 1, rounding)).toEqual([[place / 200, 1, 1]])
      }),
    )
  })

  test("is rounded so that the mean stays what it is", () => {
    fc.assert(
      fc.property(difference, (exact) => {
        const mean = meanOverLuck((rounding) => estimate(addPair(noEvidence, exact, rounding)) ?? Number.NaN)

        expect(mean).toBeCloseTo(exact, 4)
      }),
    )
  })

  test("of single runs has the mean of the difference, whatever the share and the guess", () => {
    fc.assert(
      fc.property(share, unit, unit, unit, (optimizedShare, traditional, optimized, expected) => {
        const valueOf = (assigned: "optimized" | "traditional", value: number) =>
          meanOverLuck((rounding) => {
            const [only] = addSplit(noEvidence, { assigned, share: optimizedShare, value, expected }, rounding)
            return (2 * only![0] - 1) / only![1]
          })

        const mean =
          optimizedShare * valueOf("optimized", optimized) + (1 - optimizedShare) * valueOf("traditional", traditional)

        expect(Math.abs(mean - (optimized - traditional))).toBeLessThan(0.0011)
      }),
      { numRuns: 50 },
    )
  })

  test("leaves out a run whose other track had next to no chance", () => {
    expect(addSplit(noEvidence, { assigned: "traditional", share: 0.0001, value: 1, expected: 0 }, 0)).toEqual([])
  })
})

describe("the difference in evidence", () => {
  test("is unknown without evidence", () => {
    expect(estimate(noEvidence)).toBeNull()
    expect(differenceInterval(noEvidence)).toEqual([-1, 1])
    expect(eValue(noEvidence)).toBe(1)
    expect(spread(noEvidence)).toBe(0)
    expect(isBeyond(noEvidence, 0)).toBe("within")
  })

  test("of pairs is their mean, spread as they are", () => {
    const pairs = evidenceOf([1, 0, -1, 0.5])

    expect(estimate(pairs)).toBe(0.125)
    expect(spread(pairs)).toBeCloseTo(Math.sqrt((0.875 ** 2 + 0.125 ** 2 + 1.125 ** 2 + 0.375 ** 2) / 4), 12)
  })

  test("lies in the interval, which leaves out what is refuted and nothing else", () => {
    fc.assert(
      fc.property(evidence, difference, (known, candidate) => {
        const [low, high] = differenceInterval(known)
        const observed = estimate(known)!
        const refuted = wealthAgainst(known, candidate) >= limit
        fc.pre(Math.min(Math.abs(candidate - low), Math.abs(candidate - high)) > 1e-8)

        expect(-1 <= low && low <= high && high <= 1).toBe(true)
        expect(refuted).toBe(candidate < low || candidate > high)
        if (wealthAgainst(known, observed) < limit) expect(low <= observed && observed <= high).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test("leaves 0 out exactly when the e-value decides", () => {
    fc.assert(
      fc.property(evidence, (known) => {
        const value = eValue(known)
        fc.pre(Math.abs(value - decisive) > 1e-9)
        const [low, high] = differenceInterval(known)

        expect(low > 0 || high < 0).toBe(value > decisive)
      }),
      { numRuns: 300 },
    )
  })

  test("leaves 0 out exactly then even where it is all but on the edge", () => {
    fc.assert(
      fc.property(evidence, (known) => {
        const value = eValue(known)
        fc.pre(value > 1.5 && value < 1000)
        const leavesOut = ([low, high]: readonly [number, number]) => low > 0 || high < 0

        expect(leavesOut(differenceInterval(known, 1 - (1 + 1e-11) / value))).toBe(true)
        expect(leavesOut(differenceInterval(known, 1 - (1 - 1e-11) / value))).toBe(false)
      }),
    )
  })

  test("is beyond a threshold exactly when the whole interval is", () => {
    fc.assert(
      fc.property(evidence, difference, (known, threshold) => {
        const [low, high] = differenceInterval(known)
        fc.pre(Math.min(Math.abs(threshold - low), Math.abs(threshold - high)) > 1e-8)

        expect(isBeyond(known, threshold)).toBe(low > threshold ? "above" : high < threshold ? "below" : "within")
      }),
      { numRuns: 300 },
    )
  })

  test("turns with the tracks", () => {
    fc.assert(
      fc.property(evidence, (known) => {
        const mirrored = merge(
          noEvidence,
          known.map(([value, weight, count]) => [1 - value, weight, count] as const),
        )
        const [low, high] = differenceInterval(known)
        const [mirroredLow, mirroredHigh] = differenceInterval(mirrored)

        expect([-mirroredHigh, -mirroredLow]).toEqual([expect.closeTo(low, 7), expect.closeTo(high, 7)])
      }),
      { numRuns: 200 },
    )
  })

  test("is certain where it can be, and the e-value stays a number however overwhelming it is", () => {
    const won = evidenceOf(Array.from({ length: 5000 }, () => 1))

    expect(differenceInterval(won)[1]).toBe(1)
    expect(differenceInterval(won)[0]).toBeGreaterThan(0.99)
    expect(eValue(won)).toBe(Number.MAX_VALUE)
    expect(isBeyond(won, 0.9)).toBe("above")
    expect(isBeyond(won, 1)).toBe("within")
  })

  test("has its interval even where a few pairs contradict the estimate", () => {
    const contradicted: Evidence = [
      [0, 0.1, 3],
      [0.45, 0.1, 40],
      [0, 1, 9],
      [1, 1, 1],
    ]

    const [low, high] = differenceInterval(contradicted)

    expect(estimate(contradicted)).toBe(-1)
    expect(wealthAgainst(contradicted, -1)).toBeGreaterThan(limit)
    expect(low).toBeCloseTo(-1, 2)
    expect(high).toBeGreaterThan(-0.5)
    expect(high).toBeLessThan(-0.3)
    expect(isBeyond(contradicted, -1)).toBe("above")
    expect(isBeyond(contradicted, 0)).toBe("below")
  })

  test("is one number where pairs and traffic contradict each other so much that no difference is left", () => {
    const contradicting: Evidence = [
      [0, 0.1, 300],
      [0.45, 0.1, 2000],
      [1, 1, 200],
    ]

    const [low, high] = differenceInterval(contradicting)

    expect(low).toBe(high)
    expect(wealthAgainst(contradicting, low)).toBeGreaterThan(limit)
    expect(wealthAgainst(contradicting, low)).toBeLessThan(wealthAgainst(contradicting, low - 0.01))
    expect(wealthAgainst(contradicting, low)).toBeLessThan(wealthAgainst(contradicting, low + 0.01))
    expect(isBeyond(contradicting, 0)).toBe("below")
  })
})

import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { decisive, eValue, evidenceOf } from "../../src/statistics/evidence.ts"
import { meanInterval, meanOf, pairedInterval, wilsonInterval } from "../../src/statistics/intervals.ts"
import { seededRandom } from "../../src/services/optimization/seededRandom.ts"

const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 })
const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 })

/** Differences of two answers that are right with these probabilities; `shared` of the rows are equally hard for both. */
const bernoulliPairs = (
  random: ReturnType<typeof seededRandom>,
  n: number,
  { traditional, optimized, shared }: { traditional: number; optimized: number; shared: number },
): ReadonlyArray<number> =>
  Array.from({ length: n }, () => {
    const luck = random.fraction()
    const other = random.fraction() < shared ? luck : random.fraction()
    return (luck < optimized ? 1 : 0) - (other < traditional ? 1 : 0)
  })

describe("the interval of paired differences", () => {
  const repetitions = 400
  // Three standard errors of a share of 0.95 below it.
  const least = 0.95 - 3 * Math.sqrt((0.95 * 0.05) / repetitions)

  test.each([
    { n: 20, traditional: 0.6, optimized: 0.9, shared: 0 },
    { n: 20, traditional: 0.97, optimized: 0.97, shared: 0.8 },
    { n: 100, traditional: 0.5, optimized: 0.55, shared: 0.5 },
    { n: 100, traditional: 0.99, optimized: 0.95, shared: 0 },
    { n: 500, traditional: 0.8, optimized: 0.85, shared: 0.5 },
  ])("holds the true difference in 95 of 100 samples: $n pairs, $traditional against $optimized", (setting) => {
    const random = seededRandom(7)
    const truth = setting.optimized - setting.traditional

    const held = Array.from({ length: repetitions }, () => {
      const [low, high] = pairedInterval(bernoulliPairs(random, setting.n, setting))
      return low <= truth && truth <= high
    })

    expect(meanOf(held.map(Number))).toBeGreaterThanOrEqual(least)
  })

  test("is narrow enough to be of use: 25 wins and 5 losses of 100 are a difference", () => {
    const pairs = [...Array.from({ length: 25 }, () => 1), ...Array.from({ length: 5 }, () => -1)]

    const [low, high] = pairedInterval([...pairs, ...Array.from({ length: 70 }, () => 0)])

    expect(low).toBeGreaterThan(0)
    expect(high - low).toBeLessThan(0.35)
  })

  test("does not take a few pairs that agree for certainty", () => {
    const [low, high] = pairedInterval([0, 0, 0, 0, 0])

    expect(low).toBeLessThan(-0.5)
    expect(high).toBeGreaterThan(0.5)
  })

  test("leaves 0 out exactly when the e-value decides", () => {
    fc.assert(
      fc.property(differences, (pairs) => {
        const evidence = eValue(evidenceOf(pairs))
        fc.pre(Math.abs(evidence - decisive) > 1e-6)
        const [low, high] = pairedInterval(pairs)
        return (low > 0 || high < 0) === evidence > decisive
      }),
    )
  })

  test("does not depend on the order of the pairs, and turns with their sign", () => {
    fc.assert(
      fc.property(differences, (pairs) => {
        const [low, high] = pairedInterval(pairs)
        const [reversedLow, reversedHigh] = pairedInterval(pairs.toReversed())
        const [mirroredLow, mirroredHigh] = pairedInterval(pairs.map((each) => -each))
        expect([reversedLow, reversedHigh]).toEqual([expect.closeTo(low, 8), expect.closeTo(high, 8)])
        expect([-mirroredHigh, -mirroredLow]).toEqual([expect.closeTo(low, 8), expect.closeTo(high, 8)])
      }),
    )
  })
})

describe("the interval of a mean", () => {
  test("lies within [0, 1] and holds the sample's mean", () => {
    fc.assert(
      fc.property(scores, (values) => {
        const [low, high] = meanInterval(values)
        const mean = meanOf(values)
        return low >= 0 && high <= 1 && low <= mean + 1e-9 && mean <= high + 1e-9
      }),
    )
  })

  test("knows nothing without observations", () => {
    expect(meanInterval([])).toEqual([0, 1])
    expect(wilsonInterval(0, 0)).toEqual([0, 1])
  })

  test("narrows as observations come in", () => {
    const width = (n: number) => {
      const [low, high] = meanInterval(Array.from({ length: n }, (_, index) => index % 2))
      return high - low
    }

    expect(width(1000)).toBeLessThan(width(100))
    expect(width(100)).toBeLessThan(width(10))
  })
})

test("Wilson's interval is that of the published formula", () => {
  const [low, high] = wilsonInterval(81, 263)

  expect(low).toBeCloseTo(0.2553, 4)
  expect(high).toBeCloseTo(0.3662, 4)
  expect(wilsonInterval(0, 10)[0]).toBe(0)
  expect(wilsonInterval(10, 10)[1]).toBe(1)
})

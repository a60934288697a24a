import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Observation, suggestByTpe } from "../../../../src/services/optimization/mipro/suggestByTpe.ts"
import { type SeededRandom, seededRandom } from "../../../../src/services/optimization/seededRandom.ts"

const sizes = [8, 8]

/** The best is [5, 2]; each dimension counts for itself, under noise. */
const scoreOf = ([one = 0, other = 0]: ReadonlyArray<number>, random: SeededRandom): number =>
  (one === 5 ? 0.4 : 0) + (other === 2 ? 0.4 : 0) + 0.2 * random.fraction()

type Suggest = (observations: ReadonlyArray<Observation>, random: SeededRandom) => ReadonlyArray<number>

/** How often, of 100 searches of 40 trials, the best is found; and how often it is tried on average. */
const findings = (suggest: Suggest) => {
  const searches = Array.from({ length: 100 }, (_, seed) => {
    const random = seededRandom(seed)
    const observations: Array<Observation> = []
    for (let trial = 0; trial < 40; trial++) {
      const choice = suggest(observations, random)
      observations.push({ choice, score: scoreOf(choice, random) })
    }
    return observations.filter(({ choice: [one, other] }) => one === 5 && other === 2).length
  })
  const found = searches.filter((times) => times > 0).length
  return { found, tries: searches.reduce((sum, times) => sum + times, 0) / searches.length }
}

describe("suggestByTpe", () => {
  it("finds the best of 64 far more often than chance, and comes back to it", () => {
    const byTpe = findings((observations, random) => suggestByTpe(observations, sizes, random))
    const byChance = findings((_, random) => sizes.map((size) => random.between(0, size - 1)))

    expect(byTpe.found).toBeGreaterThanOrEqual(80)
    expect(byChance.found).toBeLessThanOrEqual(60)
    expect(byTpe.tries).toBeGreaterThan(8 * byChance.tries)
  })

  it("tries everything alike before it has ten observations", () => {
    const random = seededRandom(3)
    const nine = Array.from({ length: 9 }, () => ({ choice: [0, 0], score: 1 }))

    const firsts = Array.from({ length: 800 }, () => suggestByTpe(nine, sizes, random)[0])

    const counts = Array.from({ length: 8 }, (_, at) => firsts.filter((first) => first === at).length)
    expect(Math.min(...counts)).toBeGreaterThan(70)
    expect(Math.max(...counts)).toBeLessThan(135)
  })

  it("suggests one category in each dimension, the same for the same seed, however long the history", () => {
    const cases = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }).chain((dimensions) =>
      fc.record({
        dimensions: fc.constant(dimensions),
        seed: fc.integer(),
        observations: fc.array(
          fc.record({
            choice: fc.tuple(...dimensions.map((size) => fc.nat(size - 1))),
            score: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
          { maxLength: 60 },
        ),
      }),
    )
    fc.assert(
      fc.property(cases, ({ dimensions, seed, observations }) => {
        const suggested = suggestByTpe(observations, dimensions, seededRandom(seed))

        expect(suggested).toHaveLength(dimensions.length)
        expect(suggested.every((at, dimension) => at >= 0 && at < (dimensions[dimension] ?? 0))).toBe(true)
        expect(suggestByTpe(observations, dimensions, seededRandom(seed))).toEqual(suggested)
      }),
      { numRuns: 60 },
    )
  })
})

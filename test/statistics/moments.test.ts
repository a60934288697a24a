import fc from "fast-check"
import { expect, test } from "vitest"
import { addValue, mergeMoments, noMoments, standardDeviationOf } from "../../src/statistics/moments.ts"

const values = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { maxLength: 50 })
const momentsOf = (all: ReadonlyArray<number>) => all.reduce(addValue, noMoments)

test("moments of values are their number, mean and spread, whatever parts they came in", () => {
  fc.assert(
    fc.property(values, values, (early, late) => {
      const all = [...early, ...late]
      const n = Math.max(1, all.length)
      const mean = all.reduce((sum, each) => sum + each, 0) / n
      const spread = Math.sqrt(all.reduce((sum, each) => sum + (each - mean) ** 2, 0) / n)

      for (const moments of [momentsOf(all), mergeMoments(momentsOf(early), momentsOf(late))]) {
        expect(moments.n).toBe(all.length)
        expect(moments.mean).toBeCloseTo(mean, 8)
        expect(standardDeviationOf(moments)).toBeCloseTo(spread, 5)
      }
    }),
  )
})

test("small differences between large values are not lost", () => {
  const moments = momentsOf([1e9 + 1, 1e9 + 2, 1e9 + 3])

  expect(standardDeviationOf(moments)).toBeCloseTo(Math.sqrt(2 / 3), 6)
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { crossing } from "../../src/statistics/crossing.ts"

const root = fc.double({ min: 0.001, max: 0.999, noNaN: true })

test.each([
  ["straight", (distance: number) => distance],
  ["bent", (distance: number) => Math.expm1(20 * distance)],
  ["flat", (distance: number) => distance ** 3],
  ["jumping", (distance: number) => (distance < 0 ? -1 : 5)],
  ["endless", (distance: number) => (distance > 0.0005 ? Infinity : distance)],
])(
  "the place where a %s function crosses 0 is found from either side, and the function is below 0 there",
  (_, shape) => {
    fc.assert(
      fc.property(root, (place) => {
        const fromLeft = crossing((x) => shape(x - place), 0, 1)
        const fromRight = crossing((x) => shape(place - x), 1, 0)

        expect(fromLeft).toBeCloseTo(place, 8)
        expect(fromRight).toBeCloseTo(place, 8)
        expect(shape(fromLeft - place)).toBeLessThan(0)
        expect(shape(place - fromRight)).toBeLessThan(0)
      }),
    )
  },
)

test("a function that stays below 0 is crossed at the end", () => {
  expect(crossing((x) => x - 2, 0, 1)).toBe(1)
})

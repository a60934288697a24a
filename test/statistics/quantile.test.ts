import { expect, test } from "vitest"
import { quantile } from "../../src/statistics/quantile.ts"

test("a quantile lies between its neighbours", () => {
  expect(quantile([], 0.5)).toBe(0)
  expect(quantile([5], 0.95)).toBe(5)
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
  expect(quantile([1, 2, 3, 4, 5], 0.95)).toBeCloseTo(4.8)
})

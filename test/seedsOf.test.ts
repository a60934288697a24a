import { expect, test } from "vitest"
import { draw } from "../src/draw.ts"
import { seedsOf } from "../src/seedsOf.ts"

const taken = (next: () => number, count: number) => Array.from({ length: count }, next)

test("a set seed is the first run's, and the others follow from it", () => {
  const [first, second] = [taken(seedsOf(7, Math.random), 5), taken(seedsOf(7, Math.random), 5)]

  expect(first[0]).toBe(7)
  expect(first).toEqual(second)
  expect(new Set(first).size).toBe(5)
  expect(taken(seedsOf(8, Math.random), 5)).not.toEqual(first)
})

test("the runs of one seed are drawn apart: about a twentieth of them falls to a canary of 5 %", () => {
  const draws = taken(seedsOf(7, Math.random), 2000).map((seed) => draw(seed, "route"))

  const canary = draws.filter((each) => each < 0.05).length / 2000

  expect(canary).toBeGreaterThan(0.035)
  expect(canary).toBeLessThan(0.065)
})

test("without a set seed each run's is drawn", () => {
  let drawn = 0

  expect(
    taken(
      seedsOf(undefined, () => (drawn += 1)),
      3,
    ),
  ).toEqual([1, 2, 3])
})

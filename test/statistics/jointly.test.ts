import { expect, test } from "vitest"
import { type SeededRandom, seededRandom } from "../../src/services/optimization/seededRandom.ts"
import { eValue, evidenceOf } from "../../src/statistics/evidence.ts"
import { decidedJointly } from "../../src/statistics/jointly.ts"

/** The e-value of 150 pairs. */
const drawnEValue = (random: SeededRandom, traditional: number, optimized: number) =>
  eValue(
    evidenceOf(
      Array.from(
        { length: 150 },
        () => Number(random.fraction() < optimized) - Number(random.fraction() < traditional),
      ),
    ),
  )

test("many questions asked together are decided by the published rule", () => {
  expect(decidedJointly([])).toEqual([])
  expect(decidedJointly([20])).toEqual([true])
  expect(decidedJointly([20, 1])).toEqual([false, false])
  expect(decidedJointly([1, 40, 3])).toEqual([false, false, false])
  expect(decidedJointly([20, 20])).toEqual([true, true])
  expect(decidedJointly([60, 1, 1])).toEqual([true, false, false])
  expect(decidedJointly([25, 100, 25])).toEqual([true, true, true])
  expect(decidedJointly([10, 0, 100], 0.3)).toEqual([true, false, true])
})

test("on average at most 5 % of what is decided is so by chance, and most that is true is found", () => {
  const random = seededRandom(12)
  const repetitions = 100
  const differs = Array.from({ length: 30 }, (_, index) => index < 6)

  const rounds = Array.from({ length: repetitions }, () => {
    const decided = decidedJointly(differs.map((each) => drawnEValue(random, 0.5, each ? 0.85 : 0.5)))
    const right = decided.filter((each, index) => each && differs[index]).length
    const wrong = decided.filter((each, index) => each && !differs[index]).length
    return { falsely: wrong / Math.max(1, right + wrong), found: right / 6 }
  })

  const mean = (values: ReadonlyArray<number>) => values.reduce((sum, each) => sum + each, 0) / repetitions
  expect(mean(rounds.map(({ falsely }) => falsely))).toBeLessThanOrEqual(0.05)
  expect(mean(rounds.map(({ found }) => found))).toBeGreaterThan(0.9)
})

import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { metricCalls } from "../../../../src/services/optimization/gepa/metricCalls.ts"
import { minibatches } from "../../../../src/services/optimization/gepa/minibatches.ts"
import { planMerge, rowsForMerge } from "../../../../src/services/optimization/gepa/planMerge.ts"
import type { Member } from "../../../../src/services/optimization/gepa/Search.ts"
import { seededRandom } from "../../../../src/services/optimization/seededRandom.ts"
import { student } from "../queueTask.ts"

describe("metricCalls", () => {
  it("gives the budgets that DSPy's GEPA gives one predictor and 50 validation rows", () => {
    expect([metricCalls(50), metricCalls(50, 12), metricCalls(50, 18)]).toEqual([580, 940, 1385])
  })
})

describe("minibatches", () => {
  it("goes through all rows in each epoch, none more than twice, without a row twice in a batch", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer(),
        (count, size, seed) => {
          const rows = Array.from({ length: count }, (_, row) => ({ row }))
          const batches = minibatches(rows, size, seededRandom(seed))
          const width = Math.min(size, count)
          const epoch = Math.ceil(count / width)

          const drawn = Array.from({ length: 3 * epoch }, () => batches.next().value ?? [])

          expect(drawn.every((batch) => batch.length === width && new Set(batch).size === width)).toBe(true)
          for (const start of [0, epoch, 2 * epoch]) {
            const ofEpoch = drawn.slice(start, start + epoch).flat()
            const uses = rows.map((row) => ofEpoch.filter((each) => each === row).length)
            expect(Math.min(...uses)).toBe(1)
            expect(Math.max(...uses)).toBeLessThanOrEqual(2)
          }
        },
      ),
      { numRuns: 60, examples: [[5, 4, -821386643]] },
    )
  })

  it("gives another order from another seed", () => {
    const rows = Array.from({ length: 12 }, (_, row) => ({ row }))
    const first = (seed: number) => minibatches(rows, 12, seededRandom(seed)).next().value

    expect(first(1)).toEqual(first(1))
    expect(first(1)).not.toEqual(first(2))
  })
})

describe("planMerge", () => {
  const member = (scores: ReadonlyArray<number>, ...parents: ReadonlyArray<number>): Member => ({
    candidate: student,
    scores,
    parents,
  })
  const family = [member([0, 0, 0]), member([1, 0, 0], 0), member([0, 1, 0], 0)]

  it("pairs two of the front that come from the same candidate", () => {
    expect(planMerge(family, seededRandom(1), [])).toEqual({ first: 1, second: 2, ancestor: 0 })
  })

  it("merges no pair twice", () => {
    expect(planMerge(family, seededRandom(1), [{ first: 1, second: 2, ancestor: 0 }])).toBeNull()
  })

  it("merges nobody with an ancestor", () => {
    const line = [member([0, 0]), member([1, 0], 0), member([0, 1], 1)]

    expect(planMerge(line, seededRandom(1), [])).toBeNull()
  })

  it("takes no ancestor that is better than one of the two", () => {
    const fallen = [member([1, 1, 1, 0, 0]), member([0, 0, 0, 1, 0], 0), member([0, 0, 0, 0, 1], 0)]

    expect(planMerge(fallen, seededRandom(1), [])).toBeNull()
  })

  it("tries a merge on five rows, of those that each parent wins and of those that neither does", () => {
    const first = [1, 1, 1, 0, 0, 0, 1, 1, 1]
    const second = [0, 0, 0, 1, 1, 1, 1, 1, 1]

    const tried = rowsForMerge(first, second, seededRandom(3))

    expect(new Set(tried).size).toBe(5)
    expect(tried.filter((row) => row < 3)).toHaveLength(2)
    expect(tried.filter((row) => row >= 3 && row < 6)).toHaveLength(2)
    expect(rowsForMerge([1, 0], [0, 1], seededRandom(3)).toSorted()).toEqual([0, 1])
  })
})

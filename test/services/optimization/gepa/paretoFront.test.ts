import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  drawParent,
  meanOf,
  paretoWins,
  type PoolScores,
} from "../../../../src/services/optimization/gepa/paretoFront.ts"
import { seededRandom } from "../../../../src/services/optimization/seededRandom.ts"

const pools = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([members, rows]) =>
  fc.array(fc.array(fc.constantFrom(0, 0.5, 1), { minLength: rows, maxLength: rows }), {
    minLength: members,
    maxLength: members,
  }),
)

/** Members that are best on a row, by the definition. */
const bestOn = (scores: PoolScores, row: number): ReadonlyArray<number> =>
  [...scores.keys()].filter((member) => scores.every((other) => (other[row] ?? 0) <= (scores[member]?.[row] ?? 0)))

describe("paretoWins", () => {
  it("keeps a specialist whose mean is the worst", () => {
    const wins = paretoWins([
      [1, 1, 1, 0],
      [0.5, 0.5, 0.5, 0.5],
      [0, 0, 0, 1],
    ])

    expect([...wins]).toEqual([
      [0, 3],
      [2, 1],
    ])
  })

  it("keeps the earliest of equals", () => {
    expect([
      ...paretoWins([
        [1, 0],
        [1, 0],
        [1, 0],
      ]),
    ]).toEqual([[0, 2]])
  })

  it("leaves no row without one of its best, and no member that others could stand in for", () => {
    fc.assert(
      fc.property(pools, (scores) => {
        const front = new Set(paretoWins(scores).keys())
        const rows = [...(scores[0] ?? []).keys()].map((row) => bestOn(scores, row).filter((best) => front.has(best)))

        expect(rows.every((best) => best.length > 0)).toBe(true)
        expect([...front].every((member) => rows.some((best) => best.length === 1 && best[0] === member))).toBe(true)
      }),
    )
  })

  it("keeps everyone who alone is best on a row, and nobody who is worse than another everywhere", () => {
    fc.assert(
      fc.property(pools, (scores) => {
        const front = paretoWins(scores)
        const rows = [...(scores[0] ?? []).keys()]
        const specialists = rows.map((row) => bestOn(scores, row)).filter((best) => best.length === 1)
        const beaten = [...scores.keys()].filter((member) =>
          scores.some((other) => rows.every((row) => (other[row] ?? 0) > (scores[member]?.[row] ?? 0))),
        )

        expect(specialists.flat().every((member) => front.has(member))).toBe(true)
        expect(beaten.some((member) => front.has(member))).toBe(false)
      }),
    )
  })

  it("counts for each member the rows that it wins", () => {
    fc.assert(
      fc.property(pools, (scores) => {
        const rows = [...(scores[0] ?? []).keys()]

        for (const [member, won] of paretoWins(scores)) {
          expect(won).toBe(rows.filter((row) => bestOn(scores, row).includes(member)).length)
        }
      }),
    )
  })
})

describe("drawParent", () => {
  it("draws each member as often as it wins rows", () => {
    const random = seededRandom(7)
    const wins = new Map([
      [0, 6],
      [3, 3],
      [5, 1],
    ])

    const draws = Array.from({ length: 5000 }, () => drawParent(wins, random))

    const shares = [0, 3, 5].map((member) => meanOf(draws.map((drawn) => (drawn === member ? 1 : 0))))
    expect(shares[0]).toBeCloseTo(0.6, 1)
    expect(shares[1]).toBeCloseTo(0.3, 1)
    expect(shares[2]).toBeCloseTo(0.1, 1)
    expect(meanOf(shares)).toBeCloseTo(1 / 3)
  })
})

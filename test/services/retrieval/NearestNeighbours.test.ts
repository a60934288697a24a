import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { NearestNeighbours } from "../../../src/services/retrieval/NearestNeighbours.ts"
import { wordsOf } from "../../../src/services/retrieval/ngramVector.ts"

describe("NearestNeighbours", () => {
  it("finds the rows that share words and pieces of words, best first", () => {
    const index = new NearestNeighbours(["the parcel is late", "refund my order", "parcels arrive late again"])

    const found = index.nearest("my parcel is so late", 2)

    expect(found.map(({ row }) => row)).toEqual([0, 2])
    expect(found[0]?.similarity).toBeGreaterThan(found[1]?.similarity ?? 1)
  })

  it("leaves out rows that share nothing, so that none may be found", () => {
    const index = new NearestNeighbours(["alpha", "beta"])

    expect(index.nearest("zzzz", 5)).toEqual([])
    expect(new NearestNeighbours([]).nearest("alpha", 5)).toEqual([])
  })

  it("keeps row order among equals and folds case, width and accents' composition", () => {
    const index = new NearestNeighbours(["Café au lait", "cafe\u0301 AU lait", "tea"])

    const found = index.nearest("ｃａｆé au lait", 3)

    expect(found.map(({ row }) => row)).toEqual([0, 1])
    expect(found.map(({ similarity }) => similarity.toFixed(6))).toEqual(["1.000000", "1.000000"])
  })

  it("gives every row with words the similarity 1 to itself and keeps all similarities in [0, 1]", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 8 }), (texts) => {
        const index = new NearestNeighbours(texts)

        texts.forEach((text, row) => {
          const similarities = [...index.similarities(text)]
          expect(similarities.every((similarity) => similarity >= 0 && similarity <= 1)).toBe(true)
          expect(similarities[row]).toBeCloseTo(wordsOf(text).length > 0 ? 1 : 0, 6)
        })
      }),
      { numRuns: 50 },
    )
  })

  it("returns the same neighbours as sorting all similarities", () => {
    const texts = fc.array(fc.lorem({ maxCount: 5 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(texts, fc.lorem({ maxCount: 5 }), fc.integer({ min: 1, max: 12 }), (rows, query, k) => {
        const index = new NearestNeighbours(rows)
        const all = [...index.similarities(query)].map((similarity, row) => ({ row, similarity }))

        const sorted = all.filter(({ similarity }) => similarity > 0).toSorted((a, b) => b.similarity - a.similarity)

        expect(index.nearest(query, k)).toEqual(sorted.slice(0, k))
      }),
      { numRuns: 50 },
    )
  })
})

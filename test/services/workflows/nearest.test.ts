import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { didYouMean, editDistance, nearest, supply } from "../../../src/services/workflows/nearest.ts"

const word = fc.string({ minLength: 1, maxLength: 12 })

describe("nearest", () => {
  it.each([
    ["hybird", "hybrid"],
    ["output_to_fle", "output_to_file"],
    ["Claude", "claude"],
    ["promt", "prompt"],
    ["typ", "type"],
  ])("takes %s for %s", (written, meant) => {
    expect(nearest(written, ["traditional", "claude", "hybrid", "output_to_file", "prompt", "type"])).toBe(meant)
  })

  it("does not guess", () => {
    expect(nearest("switch", ["claude", "gemini"])).toBeUndefined()
    expect(nearest("", ["a"])).toBeUndefined()
    expect(didYouMean("switch", ["claude"])).toBe("")
  })

  it("takes no time for a name that is not one", () => {
    expect(nearest("a".repeat(1_000_000), ["a".repeat(999_999)])).toBeUndefined()
  })

  it("finds a name itself first", () => {
    fc.assert(
      fc.property(
        word,
        fc.array(word),
        (name, others) => nearest(name, [...others, name])?.toLowerCase() === name.toLowerCase(),
      ),
    )
  })
})

describe("editDistance", () => {
  it("is zero for the same text only, the same in both directions, and at most the longer length", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b)

        expect(distance === 0).toBe(a === b)
        expect(editDistance(b, a)).toBe(distance)
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
  })

  it("counts a swap of neighbours once", () => {
    expect(editDistance("hybird", "hybrid")).toBe(1)
    expect(editDistance("kitten", "sitting")).toBe(3)
  })
})

describe("supply", () => {
  it("says what to do about a missing key", () => {
    expect(supply("path", { path: null }, "Add 'path'.")).toBe("'path' is left empty.")
    expect(supply("path", { pth: 1 }, "Add 'path'.")).toBe("Rename 'pth' to 'path'?")
    expect(supply("path", {}, "Add 'path'.")).toBe("Add 'path'.")
  })
})

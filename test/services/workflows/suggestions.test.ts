import { describe, expect, it } from "vitest"
import { didYouMean, supply } from "../../../src/services/workflows/suggestions.ts"

describe("didYouMean", () => {
  it("says nothing where nothing is near", () => {
    expect(didYouMean("switch", ["claude"])).toBe("")
    expect(didYouMean("cluade", ["claude"])).toBe(" Did you mean 'claude'?")
  })
})

describe("supply", () => {
  it("says what to do about a missing key", () => {
    expect(supply("path", { path: null }, "Add 'path'.")).toBe("'path' is left empty.")
    expect(supply("path", { pth: 1 }, "Add 'path'.")).toBe("Rename 'pth' to 'path'?")
    expect(supply("path", {}, "Add 'path'.")).toBe("Add 'path'.")
  })
})

import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { nearestName } from "../src/nearestName.ts"

const word = fc.string({ minLength: 1, maxLength: 12 })

describe("nearestName", () => {
  it.each([
    ["hybird", "hybrid"],
    ["output_to_fle", "output_to_file"],
    ["Claude", "claude"],
    ["promt", "prompt"],
    ["typ", "type"],
    ["tpye", "type"],
  ])("takes %s for %s", (written, meant) => {
    expect(nearestName(written, ["traditional", "claude", "hybrid", "output_to_file", "prompt", "type"])).toBe(meant)
  })

  it("does not guess", () => {
    expect(nearestName("switch", ["claude", "gemini"])).toBeUndefined()
    expect(nearestName("", ["a"])).toBeUndefined()
  })

  it("takes no time for a name that is not one", () => {
    expect(nearestName("a".repeat(1_000_000), ["a".repeat(999_999)])).toBeUndefined()
  })

  it("finds a name itself first", () => {
    fc.assert(
      fc.property(
        word,
        fc.array(word),
        (name, others) => nearestName(name, [...others, name])?.toLowerCase() === name.toLowerCase(),
      ),
    )
  })
})

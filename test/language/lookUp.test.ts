import * as Option from "effect/Option"
import { describe, expect, it } from "vitest"
import { lookUp, lookUpInResult } from "../../src/language/lookUp.ts"

const result = { text: "t", items: [{ name: "n" }], deep: { a: { b: null } }, "0": "zero" }

describe("looking a value up", () => {
  it.each([
    ["items.0.name", "n"],
    ["items[0].name", "n"],
    ["items[0]", { name: "n" }],
    ["deep.a.b", null],
    ["0", "zero"],
  ])("finds %s", (path, expected) => {
    expect(lookUp(result, path, "ours")).toEqual(Option.some(expected))
  })

  it.each(["items[1]", "items.name", "text.length", "nope", "deep.a.b.c", "toString", "__proto__", ""])(
    "finds nothing at %j",
    (path) => {
      expect(lookUp(result, path, "ours")).toEqual(Option.none())
    },
  )

  it("goes through objects only in strict compatibility", () => {
    expect(lookUp(result, "deep.a.b", "strict_compat")).toEqual(Option.some(null))
    expect(lookUp(result, "items.0.name", "strict_compat")).toEqual(Option.none())
    expect(lookUp(result, "items[0]", "strict_compat")).toEqual(Option.none())
  })

  it("takes text for content and content for text where only one is there", () => {
    expect(lookUpInResult({ content: { a: 1 } }, "text.a", "ours")).toEqual(Option.some(1))
    expect(lookUpInResult({ text: "t" }, "content", "ours")).toEqual(Option.some("t"))
    expect(lookUpInResult({ text: "t", content: "c" }, "content", "ours")).toEqual(Option.some("c"))
    expect(lookUpInResult({ text: "t" }, "content", "strict_compat")).toEqual(Option.none())
  })
})

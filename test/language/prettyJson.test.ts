import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { prettyJson, renderValue } from "../../src/language/prettyJson.ts"
import { json } from "./arbitraries.ts"

describe("printing JSON", () => {
  it("sorts keys and indents by two spaces, as the original's prompts show", () => {
    expect(prettyJson({ text: "Mock response for: FAILING...", success: true, cost: 0.001 })).toBe(
      '{\n  "cost": 0.001,\n  "success": true,\n  "text": "Mock response for: FAILING..."\n}',
    )
  })

  it("sorts number-like keys as text and keeps empty lists and objects on one line", () => {
    expect(prettyJson({ b: [], "9": {}, "10": [1, "x"], a: null })).toBe(
      '{\n  "10": [\n    1,\n    "x"\n  ],\n  "9": {},\n  "a": null,\n  "b": []\n}',
    )
  })

  it("prints what reads back as the same value", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(prettyJson(value))).toEqual(value)
      }),
    )
  })

  it("escapes control characters in upper case, and nothing else", () => {
    expect(prettyJson("\u001b[1m \\u001b é\n/")).toBe('"\\u001B[1m \\\\u001b é\\n/"')
  })

  it("renders a text as it is, quotes and newlines included", () => {
    expect(renderValue('a "b"\nc')).toBe('a "b"\nc')
    expect(renderValue(["a"])).toBe('[\n  "a"\n]')
  })
})

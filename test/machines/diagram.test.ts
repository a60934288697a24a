import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { mermaid } from "../../src/cli/mermaid.ts"
import { stepGraph } from "../../src/machines/diagram.ts"

const { states, edges } = stepGraph()

const from = (state: string) => [...new Set(edges.flatMap((edge) => (edge.from === state ? [edge.to] : [])))].toSorted()

describe("the graph of the step machine", () => {
  it("has one way in and three ways out", () => {
    expect(states.filter(({ kind }) => kind === "initial").map(({ name }) => name)).toEqual(["starting"])
    expect(states.filter(({ kind }) => kind === "final").map(({ name }) => name)).toEqual([
      "done",
      "failed",
      "cancelled",
    ])
  })

  it("falls back where the optimized track cannot be asked or cannot answer, and nowhere else", () => {
    const states = edges.flatMap((edge) => (edge.to === "fallback" ? [edge.from] : []))

    expect(states).toEqual(["routing", "optimized"])
  })

  it.each([
    ["routing", ["cancelled", "comparing", "failed", "fallback", "optimized", "traditional"]],
    ["traditional", ["cancelled", "done", "failed"]],
    ["optimized", ["cancelled", "done", "failed", "fallback"]],
    ["comparing", ["cancelled", "done", "failed"]],
    ["fallback", ["cancelled", "done", "failed"]],
    ["done", []],
  ])("leads from %s to %j", (state, next) => {
    expect(from(state)).toEqual(next)
  })

  it("says at each edge what decides, and leaves out what states do inside", () => {
    expect(edges).toContainEqual({ from: "routing", to: "failed", label: "fallback is closed" })
    expect(edges.filter((edge) => edge.from === edge.to)).toEqual([])
  })

  it("is the one that docs/states.md draws", () => {
    const page = readFileSync(new URL("../../docs/states.md", import.meta.url), "utf8")

    expect(page).toContain(`\`\`\`mermaid\n${mermaid({ step: stepGraph(), pipeline: null }, "mermaid")}\n\`\`\``)
  })
})

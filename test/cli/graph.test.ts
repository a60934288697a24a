import { expect, test } from "vitest"
import { conditionText, mermaid } from "../../src/cli/mermaid.ts"
import { stepGraph } from "../../src/machines/diagram.ts"
import { doubletrack, folder, pipeline } from "./commandLine.ts"

const file = pipeline({ classify: "x", draft: "y", review: "z" }, { draft: `condition: "classify.text == 'a;b'"` })

test("without a file prints the state graph of a step as Mermaid", async () => {
  const { status, stdout } = await doubletrack(["graph"], { cwd: folder() })

  expect(status).toBe(0)
  expect(stdout).toMatch(/^stateDiagram-v2\n/)
  for (const { from, to } of stepGraph().edges) expect(stdout).toContain(`  ${from} --> ${to}`)
})

test("with a file prints its steps in order, with conditions, and the step graph", async () => {
  const { stdout } = await doubletrack(["graph", "a.yaml"], { cwd: folder({ "a.yaml": file }) })

  expect(stdout).toMatch(
    new RegExp(
      [
        `state "classify \\(claude\\)" as s1[^]*\\[\\*\\] --> s1\n {2}s1 --> c2\n`,
        ` {2}c2 --> s2 : classify\\.text == 'a#59;b'\n {2}c2 --> s3 : otherwise\n`,
        ` {2}s2 --> s3\n {2}s3 --> \\[\\*\\]\n {2}state "each step" as each \\{\n`,
      ].join(""),
    ),
  )
})

test("--format json prints steps and states as objects", async () => {
  const cwd = folder({ "a.yaml": file })

  const alone = await doubletrack(["graph", "--json"], { cwd })
  const whole = await doubletrack(["graph", "a.yaml", "--format", "json"], { cwd })

  expect(JSON.parse(alone.stdout)).toEqual(stepGraph())
  expect(JSON.parse(whole.stdout)).toEqual({
    workflow: "triage",
    steps: [
      { name: "classify", type: "claude" },
      { name: "draft", type: "claude", condition: "classify.text == 'a;b'" },
      { name: "review", type: "claude" },
    ],
    step: stepGraph(),
  })
})

test("--format svg draws the same, and the drawing fetches nothing", async () => {
  const { stdout } = await doubletrack(["graph", "a.yaml", "--format", "svg"], { cwd: folder({ "a.yaml": file }) })

  expect(stdout).toMatch(/^<svg xmlns/)
  expect(stdout).toContain("classify (claude)")
  expect(stdout).toContain("classify.text == &#39;a;b&#39;")
  expect(stdout).not.toMatch(/@import|href="http/)
})

test("a wrong file is refused with 2", async () => {
  const { status, stderr } = await doubletrack(["graph", "a.yaml"], { cwd: folder() })

  expect(status).toBe(2)
  expect(stderr).toMatch(/^a\.yaml:1:1: error: There is no such file/)
})

test("conditions of every shape are said in a line", () => {
  expect(conditionText({ and: ["a", { or: ["b", true] }, { not: ["c", "d"] }] })).toBe(
    "a and (b or true) and (not (c and d))",
  )
})

test("names that mean something to Mermaid stay names", () => {
  const drawing = { step: { states: [], edges: [] }, pipeline: { steps: [{ name: `a "b" #1;\n<i>`, type: "claude" }] } }

  expect(mermaid(drawing, "mermaid")).toContain(`state "a 'b' #35;1#59; <i> (claude)" as s1`)
})

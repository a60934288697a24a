import { describe, expect, it } from "vitest"
import { loaded, said } from "./workflowsOf.ts"

const steps = "  steps: [{ name: a, type: claude, prompt: [{ type: static, content: hello }] }]\n"

describe("a file that is not a workflow", () => {
  it("names an empty file", async () => {
    expect(await said("")).toMatchInlineSnapshot(`
      "
      p.yaml:1:1: error: The file is empty. A workflow file begins with 'workflow:', with 'name' and 'steps' indented below it.
      invalid"
    `)
    expect(await said("# nothing yet\n")).toMatchInlineSnapshot(`
      "
      p.yaml:1:1: error: The file is empty. A workflow file begins with 'workflow:', with 'name' and 'steps' indented below it.
      invalid"
    `)
  })

  it("names a root that is no map", async () => {
    expect(await said("- name: a\n")).toMatchInlineSnapshot(`
      "
      p.yaml:1:1: error: The root of the file is a list, not a map. A workflow file begins with 'workflow:', with 'name' and 'steps' indented below it.
      invalid"
    `)
    expect(await said("just words\n")).toMatchInlineSnapshot(`
      "
      p.yaml:1:1: error: The root of the file is the text 'just words', not a map. A workflow file begins with 'workflow:', with 'name' and 'steps' indented below it.
      invalid"
    `)
  })

  it("suggests the key that was meant by a misspelt 'workflow'", async () => {
    expect(await said("workflw:\n  name: x\n")).toMatchInlineSnapshot(`
      "
      p.yaml:1:1: error: There is no key 'workflow' at the root. Rename 'workflw' to 'workflow'? (workflw)
      invalid"
    `)
  })

  it("says that a workflow without anything below it is empty", async () => {
    expect(await said("workflow:\n")).toMatchInlineSnapshot(`
      "
      p.yaml:1:10: error: There is nothing below 'workflow'. A workflow file begins with 'workflow:', with 'name' and 'steps' indented below it. (workflow)
      invalid"
    `)
  })

  it("says what to do where the workflow stands at the root", async () => {
    expect(await said("name: x\nsteps: []\n")).toMatchInlineSnapshot(`
      "
      p.yaml:1:1: error: There is no key 'workflow' at the root. Put a line 'workflow:' at the top and indent everything below it. (workflow)
      invalid"
    `)
    expect(await said("jobs: 1\n")).toMatchInlineSnapshot(`
      "
      p.yaml:1:1: error: There is no key 'workflow' at the root. A workflow file begins with 'workflow:', with 'name' and 'steps' indented below it. (workflow)
      invalid"
    `)
    expect(await said("workflow: [1]\n")).toMatchInlineSnapshot(`
      "
      p.yaml:1:11: error: 'workflow' is a list, not a map. A workflow file begins with 'workflow:', with 'name' and 'steps' indented below it. (workflow)
      invalid"
    `)
  })
})

describe("YAML", () => {
  it("reports every syntax error with its place", async () => {
    expect(await said(`workflow:\n  name: "open\n  steps: [a, b\n  other: }\n`)).toMatchInlineSnapshot(`
      "
      p.yaml:5:1: error: Not valid YAML: a quote is opened above and never closed.
      invalid"
    `)
    expect(await said("workflow:\n\tname: x\n")).toMatchInlineSnapshot(`
      "
      p.yaml:2:1: error: Not valid YAML: a tab stands in the indentation; use spaces.
      invalid"
    `)
    expect(await said("workflow:\n  name: x\n steps: []\n")).toMatchInlineSnapshot(`
      "
      p.yaml:3:1: error: Not valid YAML: All mapping items must start at the same column.
      invalid"
    `)
  })

  it("reports all syntax errors at once", async () => {
    expect(await said("workflow:\n  name: [a\n  steps: }\nother: { b: 1\n")).toMatchInlineSnapshot(`
      "
      p.yaml:3:3: error: Not valid YAML: the list opened with '[' above is not closed with ']', or its lines are not indented.
      p.yaml:3:10: error: Not valid YAML: '}' is not expected here.
      p.yaml:4:1: error: Not valid YAML: 'other' is not expected here.
      p.yaml:4:6: error: Not valid YAML: ':' is not expected here.
      p.yaml:4:8: error: Not valid YAML: '{' is not expected here.
      p.yaml:4:10: error: Not valid YAML: 'b' is not expected here.
      p.yaml:4:11: error: Not valid YAML: ':' is not expected here.
      p.yaml:4:13: error: Not valid YAML: '1' is not expected here.
      p.yaml:5:1: error: Not valid YAML: a bracket opened above is never closed.
      invalid"
    `)
  })

  it("takes the last of duplicate keys, and says so", async () => {
    const text = `workflow:\n  name: first\n  name: second\n${steps}`

    expect(await said(text)).toMatchInlineSnapshot(`
      "
      p.yaml:3:3: warning: Duplicate key 'name': the last one wins. (workflow.name)
      valid"
    `)
    expect((await loaded(text)).workflow.name).toBe("second")
  })

  it("takes the first of duplicate keys under strict compatibility", async () => {
    const text = `workflow:\n  name: first\n  name: second\n${steps}`

    expect(await said(text, { strictCompat: true })).toMatchInlineSnapshot(`
      "
      p.yaml:3:3: warning: Duplicate key 'name': the first one wins. (workflow.name)
      valid"
    `)
    expect((await loaded(text, { strictCompat: true })).workflow.name).toBe("first")
  })

  it("expands aliases and merge keys", async () => {
    const text = `workflow:
  name: x
  steps:
    - &base { name: a, type: claude, prompt: hello }
    - <<: *base
      name: b
`

    const { workflow } = await loaded(text)

    expect(workflow.steps[1]).toEqual({ name: "b", type: "claude", prompt: [{ type: "static", content: "hello" }] })
  })

  it("leaves merge keys alone under strict compatibility", async () => {
    const text = `workflow:
  name: x
  steps:
    - &base { name: a, type: claude, prompt: [{ type: static, content: hello }] }
    - <<: *base
      name: b
`

    expect(await said(text, { strictCompat: true })).toMatchInlineSnapshot(`
      "
      p.yaml:4:30: error: Invalid workflow: Step 'b' missing required 'type' field. Supported types: set_variable, claude, gemini, parallel_claude, gemini_instructor, claude_smart, claude_session, claude_extract, claude_batch, claude_robust, for_loop, while_loop, data_transform, file_ops, pipeline (workflow.steps[1].type)
      invalid"
    `)
  })

  it("places a problem that comes through an alias at the anchor", async () => {
    expect(
      await said("base: &b { name: a, type: cloude, prompt: x }\nworkflow:\n  name: x\n  steps: [*b]\n"),
    ).toMatchInlineSnapshot(`
      "
      p.yaml:1:27: error: Unknown step type 'cloude'. Did you mean 'claude'? Known types: claude, gemini, gemini_instructor, claude_smart, claude_session, claude_extract, claude_batch, claude_robust, parallel_claude, set_variable, for_loop, while_loop, data_transform, file_ops, pipeline, test_echo. (workflow.steps[0].type)
      invalid"
    `)
  })

  it("names an alias without an anchor", async () => {
    expect(await said("workflow: { name: &title x, steps: *titel }\n")).toMatchInlineSnapshot(`
      "
      p.yaml:1:36: error: No anchor '&titel' stands before the alias '*titel'. Did you mean 'title'? (workflow.steps)
      invalid"
    `)
  })

  it("names an alias inside its own anchor", async () => {
    expect(await said("workflow: &w { name: x, steps: *w }\n")).toMatchInlineSnapshot(`
      "
      p.yaml:1:32: error: '*w' stands inside its own anchor. (workflow.steps)
      invalid"
    `)
  })

  it("reads the last of several documents", async () => {
    expect(await said(`workflow: {}\n---\nworkflow:\n  name: second\n${steps}`)).toMatchInlineSnapshot(`
      "
      p.yaml:2:1: warning: The file holds 2 YAML documents; only the last is read. Remove the others, or the '---' between them.
      valid"
    `)
  })

  it("ignores tags and keys that would reach a prototype", async () => {
    expect(
      await said(`workflow:\n  __proto__: { polluted: true }\n  name: !secret x\n${steps}`),
    ).toMatchInlineSnapshot(`
      "
      p.yaml:2:3: warning: The key '__proto__' is ignored. (workflow.__proto__)
      p.yaml:3:9: warning: Unresolved tag: !secret; it is ignored.
      valid"
    `)
  })
})

describe("hostile files", () => {
  it("refuses more levels than the limit", async () => {
    expect(await said(`workflow: ${"[".repeat(200_000)}`)).toMatchInlineSnapshot(`
      "
      p.yaml:1:75: error: Nested more than 64 levels deep, which is the limit.
      invalid"
    `)
  })

  it("refuses levels that aliases pile up", async () => {
    const level = (anchor: string, inner: string) =>
      `${anchor}: &${anchor} ${"[".repeat(30)}${inner}${"]".repeat(30)}\n`

    expect(await said(level("a", "1") + level("b", "*a") + level("c", "*b"))).toMatchInlineSnapshot(`
      "
      p.yaml:3:37: error: Nested more than 64 levels deep, which is the limit. (c[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0])
      invalid"
    `)
  })

  it("refuses aliases that repeat too much", async () => {
    const laughs = [..."abcdefgh"].map((name, index, all) => {
      const previous = all[index - 1]
      return `${name}: &${name} [${Array.from({ length: 10 }, () => (previous ? `*${previous}` : "ha")).join(", ")}]`
    })

    expect(await said(`${laughs.join("\n")}\n`)).toMatchInlineSnapshot(`
      "
      p.yaml:5:8: error: Aliases repeat more than 20000 values, which is the limit. (e[0])
      invalid"
    `)
  })

  it("refuses more steps than the limit", async () => {
    const many = "    - { name: a, type: claude, prompt: x }\n".repeat(1_001)

    expect(await said(`workflow:\n  name: x\n  steps:\n${many}`)).toMatchInlineSnapshot(`
      "
      p.yaml:4:5: error: The workflow has 1001 steps; the limit is 1000. (workflow.steps)
      invalid"
    `)
  })

  it("reports a hundred problems at most", async () => {
    const many = "    - { name: a, type: nonsense }\n".repeat(150)

    const lines = (await said(`workflow:\n  name: x\n  steps:\n${many}`)).split("\n")

    expect(lines).toHaveLength(103)
    expect(lines.at(-2)).toMatchInlineSnapshot(
      `"p.yaml:1:1: warning: 199 more problems are not shown: at most 100 are reported of a file."`,
    )
  })

  it("looks for likely names only for the problems that are shown", async () => {
    const steps = Array.from(
      { length: 900 },
      (_, index) => `    - { name: stepnam${index}, type: claude, prompt: hi }\n`,
    )
    const references = "{ type: previous_response, step: stepname }, ".repeat(15_000)
    const templates = "{{stepname}}".repeat(10_000)
    const last = `    - { name: last, type: claude, prompt: [${references}{ type: static, content: "${templates}" }] }\n`

    const verdict = await said(`workflow:\n  name: x\n  steps:\n${steps.join("")}${last}`, { strict: true })

    expect(verdict.split("\n").at(-2)).toMatchInlineSnapshot(
      `"p.yaml:1:1: warning: 14901 more problems are not shown: at most 100 are reported of a file."`,
    )
  })
})

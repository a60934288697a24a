import { assert, describe, it } from "vitest"
import { sideEffects } from "../src/sideEffects.ts"

const withTools = (allowed_tools: unknown) => ({ name: "a", type: "claude", claude_options: { allowed_tools } })

describe("side effects", () => {
  it.each([
    withTools(["Read", "Write"]),
    withTools(["edit"]),
    withTools(["MultiEdit"]),
    withTools(["NotebookEdit"]),
    withTools(["Bash(git:*)"]),
    withTools(["mcp__github__create_issue"]),
    withTools("Read, Bash(npm test)"),
    { name: "a", type: "file_ops", operation: "list" },
    { name: "a", type: "parallel_claude", parallel_tasks: [{ id: "t", claude_options: { allowed_tools: ["Write"] } }] },
  ])("are what %o may have", (step) => {
    assert.isTrue(sideEffects(step))
  })

  it.each([
    { name: "a", type: "claude" },
    withTools([]),
    withTools(null),
    withTools([3, null]),
    withTools(["Read", "Grep", "WebSearch", "BashOutput", "Read(Write)"]),
    { name: "a", type: "claude_smart", preset: "development" },
    { name: "a", type: "set_variable", variables: { allowed_tools: ["Write"] } },
  ])("are not what %o has", (step) => {
    assert.isFalse(sideEffects(step))
  })
})

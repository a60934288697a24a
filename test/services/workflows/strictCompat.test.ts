import { describe, expect, it } from "vitest"
import { checked } from "./workflowsOf.ts"

const supported =
  "set_variable, claude, gemini, parallel_claude, gemini_instructor, claude_smart, claude_session, claude_extract, claude_batch, claude_robust, for_loop, while_loop, data_transform, file_ops, pipeline"

const step = (rest: string) => `workflow: { name: x, steps: [{ name: s, ${rest} }] }`
const part = (rest: string) => step(`type: claude, prompt: [${rest}]`)
const functions = (rest: string) =>
  `workflow: { name: x, gemini_functions: ${rest}, steps: [{ name: s, type: claude, prompt: [] }] }`

/** Texts of the original, as listed for its loader. */
const verdicts: ReadonlyArray<readonly [string, string]> = [
  ["a: 1", `Configuration missing required 'workflow' section. Expected format: {"workflow": {...}}`],
  ["", `Configuration missing required 'workflow' section. Expected format: {"workflow": {...}}`],
  ["workflow: { steps: [] }", `Workflow missing required 'name' field. Add: name: "your_workflow_name"`],
  [
    "workflow: { name: x, steps: { a: 1 } }",
    `Workflow missing required 'steps' array. Expected format: steps: [{"name": "step1", "type": "claude", ...}]`,
  ],
  [
    "workflow: { name: x, steps: [] }",
    "Workflow must contain at least one step. Add at least one step to the 'steps' array",
  ],
  ["workflow: { name: x, steps: [{ type: claude }] }", `Step missing required 'name' field. Add: name: "step_name"`],
  ["workflow: { name: x, steps: [~] }", `Step missing required 'name' field. Add: name: "step_name"`],
  [step("prompt: []"), `Step 's' missing required 'type' field. Supported types: ${supported}`],
  [step("type: switch"), `Step 's' has invalid type 'switch'. Supported types: ${supported}`],
  [step("type: parallel_claude"), "Step 's' of type 'parallel_claude' missing required 'parallel_tasks' field"],
  [step("type: claude_batch"), "Step 's' of type 'claude_batch' must have either 'prompt' or 'tasks' field"],
  [
    step("type: claude"),
    `Step 's' missing required 'prompt' field. Add: prompt: [{"type": "static", "content": "..."}]`,
  ],
  [
    step("type: gemini, prompt: hi"),
    `Step 's' prompt must be an array of prompt parts. Format: [{"type": "static", "content": "..."}]`,
  ],
  [part("{ type: static }"), "Step 's' has static prompt part without content"],
  [part("{ type: file }"), "Step 's' has file prompt part without path"],
  [part("{ type: previous_response }"), "Step 's' has previous_response prompt part missing 'step' field"],
  [part("{ type: session_context }"), "Step 's' has session_context prompt part missing 'session_id' field"],
  [part("{ type: claude_continue }"), "Step 's' has claude_continue prompt part missing 'session_id' field"],
  [part("{ content: hi }"), "Step 's' has prompt part without type"],
  [part("{ type: statik }"), "Step 's' has prompt part with invalid type: statik"],
  [step("type: gemini, prompt: [], functions: f"), "Step 's' functions must be a list"],
  [step("type: gemini, prompt: [], functions: [f]"), "Step 's' references undefined function: f"],
  [
    part("{ type: previous_response, step: a }, { type: previous_response, step: b }"),
    "Step 's' references non-existent steps: a, b",
  ],
  [functions("[f]"), "gemini_functions must be a map of function definitions"],
  [functions("{ f: 1 }"), "Function 'f' definition must be a map"],
  [functions("{ g: {}, f: { parameters: {} } }"), "Function 'f' missing 'description' field"],
  [functions("{ f: { description: d } }"), "Function 'f' missing 'parameters' field"],
  [functions("{ f: { description: d, parameters: 1 } }"), "Function 'f' parameters must be a map"],
  [
    step("type: claude, prompt: [], claude_options: { async_streaming: 1 }"),
    "Step 's' claude_options.async_streaming must be a boolean",
  ],
  [
    step("type: claude, prompt: [], claude_options: { async_streaming: true, stream_handler: x }"),
    "Step 's' claude_options.stream_handler must be one of: console, simple, debug, file, callback, buffer",
  ],
  [
    step("type: claude, prompt: [], claude_options: { async_streaming: true, stream_buffer_size: 0 }"),
    "Step 's' claude_options.stream_buffer_size must be positive, got: 0",
  ],
  [
    step("type: claude, prompt: [], claude_options: { async_streaming: true, stream_buffer_size: big }"),
    "Step 's' claude_options.stream_buffer_size must be a positive integer",
  ],
]

describe("--strict-compat", () => {
  it.each(verdicts)("refuses %s as the original does", async (text, verdict) => {
    const { valid, problems } = await checked(text, { strictCompat: true })

    const errors = problems.filter(({ severity }) => severity === "error")

    expect(valid).toBe(false)
    expect(errors.map(({ message }) => message)).toEqual([`Invalid workflow: ${verdict}`])
  })

  it("says so where the original crashes", async () => {
    const { valid, problems } = await checked("- 1", { strictCompat: true })

    expect(valid).toBe(false)
    expect(problems[0]?.message).toBe(
      "Invalid workflow: this value has a shape on which pipeline_ex crashes. Leave out --strict-compat to see what is wrong.",
    )
  })

  it("looks at references only after every step", async () => {
    const text =
      "workflow: { name: x, steps: [{ name: a, type: claude, prompt: [{ type: previous_response, step: z }] }, { name: b }] }"

    const { problems } = await checked(text, { strictCompat: true })

    expect(problems[0]?.message).toBe(
      `Invalid workflow: Step 'b' missing required 'type' field. Supported types: ${supported}`,
    )
  })

  it("names what could not be read or parsed in the original's words", async () => {
    const { problems } = await checked("a: [", { strictCompat: true })

    expect(problems[0]?.message).toBe("Failed to parse YAML: p.yaml")
  })
})

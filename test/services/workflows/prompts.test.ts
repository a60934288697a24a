import { describe, expect, it } from "vitest"
import { loaded, said } from "./workflowsOf.ts"

const withPrompt = (prompt: string, type = "claude") =>
  `workflow:\n  name: x\n  steps:\n    - { name: first, type: claude, prompt: hi }\n    - { name: ask, type: ${type}, prompt: ${prompt} }\n`

describe("prompt", () => {
  it("is required where the type calls a model", async () => {
    expect(await said(withPrompt(""))).toMatchInlineSnapshot(`
      "
      p.yaml:5:43: error: Step 'ask' has no prompt. 'prompt' is left empty. (workflow.steps[1].prompt)
      invalid"
    `)
    expect(
      await said("workflow:\n  name: x\n  steps: [{ name: a, type: claude, promt: hi }]\n"),
    ).toMatchInlineSnapshot(`
      "
      p.yaml:3:11: error: Step 'a' has no prompt. Rename 'promt' to 'prompt'? (workflow.steps[0].prompt)
      invalid"
    `)
  })

  it("is text or a list of parts", async () => {
    expect(await said(withPrompt("{ type: static, content: hi }"))).toMatchInlineSnapshot(`
      "
      p.yaml:5:42: error: The prompt is a map; write text, or a list of parts such as '- type: static'. (workflow.steps[1].prompt)
      invalid"
    `)
    expect(await said(withPrompt("[hi, 3]"))).toMatchInlineSnapshot(`
      "
      p.yaml:5:43: error: This prompt part is the text 'hi', not a map with a 'type'. (workflow.steps[1].prompt[0])
      p.yaml:5:47: error: This prompt part is the number 3, not a map with a 'type'. (workflow.steps[1].prompt[1])
      invalid"
    `)
  })

  it("as text is one static part", async () => {
    const { workflow } = await loaded(withPrompt("'Say {{inputs.word}}'"))

    expect(workflow.steps[1]?.prompt).toEqual([{ type: "static", content: "Say {{inputs.word}}" }])
  })

  it("as text is refused under strict compatibility, in the words of the original", async () => {
    expect(await said(withPrompt("hello"), { strictCompat: true })).toMatchInlineSnapshot(`
      "
      p.yaml:4:44: error: Invalid workflow: Step 'first' prompt must be an array of prompt parts. Format: [{"type": "static", "content": "..."}] (workflow.steps[0].prompt)
      invalid"
    `)
  })

  it("is only warned about where its type does not need one", async () => {
    expect(await said(withPrompt("[{ type: statik }]", "set_variable"))).toMatchInlineSnapshot(`
      "
      p.yaml:5:57: warning: Unknown prompt part type 'statik'. Did you mean 'static'? Known types: static, file, previous_response, session_context, claude_continue. (workflow.steps[1].prompt[0].type)
      valid"
    `)
  })
})

describe("prompt part", () => {
  it("needs a type that exists", async () => {
    expect(
      await said(withPrompt("[{ content: hi }, { type: statik, content: hi }, { type: 7 }]")),
    ).toMatchInlineSnapshot(`
      "
      p.yaml:5:43: error: This prompt part has no type. Add one of: static, file, previous_response, session_context, claude_continue. (workflow.steps[1].prompt[0].type)
      p.yaml:5:68: error: Unknown prompt part type 'statik'. Did you mean 'static'? Known types: static, file, previous_response, session_context, claude_continue. (workflow.steps[1].prompt[1].type)
      p.yaml:5:99: error: Unknown prompt part type '7'. Known types: static, file, previous_response, session_context, claude_continue. (workflow.steps[1].prompt[2].type)
      invalid"
    `)
  })

  it("needs what its type says", async () => {
    const parts = [
      "{ type: static, contnet: hi }",
      "{ type: file }",
      "{ type: previous_response, extract: text }",
      "{ type: session_context }",
      "{ type: claude_continue }",
    ]

    expect(await said(withPrompt(`[${parts.join(", ")}]`))).toMatchInlineSnapshot(`
      "
      p.yaml:5:43: error: This static part has no 'content'. Rename 'contnet' to 'content'? (workflow.steps[1].prompt[0].content)
      p.yaml:5:74: error: This file part has no 'path'. Add 'path'. (workflow.steps[1].prompt[1].path)
      p.yaml:5:90: error: This previous_response part has no 'step'. Add 'step'. (workflow.steps[1].prompt[2].step)
      p.yaml:5:134: error: This session_context part has no 'session_id'. Add 'session_id'. (workflow.steps[1].prompt[3].session_id)
      p.yaml:5:161: error: This claude_continue part has no 'session_id'. Add 'session_id'. (workflow.steps[1].prompt[4].session_id)
      invalid"
    `)
  })

  it("takes numbers and booleans as text", async () => {
    const { workflow } = await loaded(withPrompt("[{ type: static, content: 42 }, { type: static, content: false }]"))

    expect(workflow.steps[1]?.prompt).toEqual([
      { type: "static", content: "42" },
      { type: "static", content: "false" },
    ])
  })

  it("takes other values as JSON, with a warning", async () => {
    expect(
      await said(
        withPrompt(
          "[{ type: static, content: { a: 1 } }, { type: previous_response, step: first, extract: [a], strict: maybe }]",
        ),
      ),
    ).toMatchInlineSnapshot(`
      "
      p.yaml:5:68: warning: 'content' is a map; text is expected. It is used as JSON. (workflow.steps[1].prompt[0].content)
      p.yaml:5:129: warning: 'extract' is a list; a dot path such as 'text' is expected. (workflow.steps[1].prompt[1].extract)
      p.yaml:5:142: warning: 'strict' is the text 'maybe'; use true or false. It counts as true. (workflow.steps[1].prompt[1].strict)
      valid"
    `)
  })

  it("cannot refer to a step that does not exist", async () => {
    expect(await said(withPrompt("[{ type: previous_response, step: frist }]"))).toMatchInlineSnapshot(`
      "
      p.yaml:5:76: error: There is no step 'frist' to take a response from. Did you mean 'first'? (workflow.steps[1].prompt[0].step)
      invalid"
    `)
    expect(await said(withPrompt("[{ type: previous_response, step: elsewhere }]"))).toMatchInlineSnapshot(`
      "
      p.yaml:5:76: error: There is no step 'elsewhere' to take a response from. Steps here: first, ask. (workflow.steps[1].prompt[0].step)
      invalid"
    `)
  })

  it("may refer to a later step, which only --strict reports", async () => {
    const text =
      "workflow:\n  name: x\n  steps:\n    - { name: a, type: claude, prompt: [{ type: previous_response, step: b }] }\n    - { name: b, type: claude, prompt: [{ type: previous_response, step: b }] }\n"

    expect(await said(text)).toBe("\nvalid")
    expect(await said(text, { strict: true })).toMatchInlineSnapshot(`
      "
      p.yaml:4:74: warning: Step 'b' runs after this one, so it has no response yet. Move it up, or refer to an earlier one. (workflow.steps[0].prompt[0].step)
      p.yaml:5:74: warning: Step 'b' is this step itself, so it has no response yet. Move it up, or refer to an earlier one. (workflow.steps[1].prompt[0].step)
      valid"
    `)
  })
})

import { describe, expect, it } from "vitest"
import { loaded, said } from "./workflowsOf.ts"

const workflow = (steps: string) => `workflow:\n  name: x\n  steps:\n${steps}`
const good = "    - { name: ask, type: claude, prompt: hello }\n"

describe("workflow", () => {
  it("needs a name and steps", async () => {
    expect(await said("workflow:\n  description: nothing else\n")).toMatchInlineSnapshot(`
      "
      p.yaml:2:3: error: The workflow has no name. Add 'name: my_workflow' below 'workflow'. (workflow.name)
      p.yaml:2:3: error: The workflow has no steps. Add a list 'steps', each with 'name' and 'type'. (workflow.steps)
      invalid"
    `)
    expect(await said("workflow:\n  name: x\n  steps: []\n")).toMatchInlineSnapshot(`
      "
      p.yaml:3:10: error: The list of steps is empty. Add at least one step. (workflow.steps)
      invalid"
    `)
    expect(await said("workflow:\n  name: x\n  steps: { a: 1 }\n")).toMatchInlineSnapshot(`
      "
      p.yaml:3:10: error: 'steps' is a map, not a list. Begin each step with '- name:'. (workflow.steps)
      invalid"
    `)
  })

  it("takes a number for a name", async () => {
    const { workflow: read } = await loaded(
      "workflow:\n  name: 2024\n  steps: [{ name: 1, type: claude, prompt: x }]\n",
    )

    expect([read.name, read.steps[0]?.name]).toEqual(["2024", "1"])
  })

  it("goes on without settings that are no maps", async () => {
    expect(await said(`${workflow(good)}  defaults: 5\n  global_vars: [a]\n`)).toMatchInlineSnapshot(`
      "
      p.yaml:5:13: warning: 'defaults' is the number 5, not a map; it is ignored. (workflow.defaults)
      p.yaml:6:16: warning: 'global_vars' is a list, not a map; it is ignored. (workflow.global_vars)
      valid"
    `)
  })

  it("checks the definitions of functions", async () => {
    const functions = `  gemini_functions:
    f: { parameters: {} }
    g: { description: does g }
    h: 3
`

    expect(await said(workflow(good) + functions)).toMatchInlineSnapshot(`
      "
      p.yaml:6:8: error: Function 'f' has no 'description'. Say what it does. (workflow.gemini_functions.f.description)
      p.yaml:7:8: error: Function 'g' needs 'parameters': a map, as in JSON Schema. (workflow.gemini_functions.g.parameters)
      p.yaml:8:8: error: Function 'h' is the number 3, not a map with 'description' and 'parameters'. (workflow.gemini_functions.h)
      invalid"
    `)
  })
})

describe("step", () => {
  it("needs a name and a type", async () => {
    expect(
      await said(
        workflow("    - { nmae: a, type: claude, prompt: x }\n    - { name: b }\n    - { name: c, tpye: claude }\n"),
      ),
    ).toMatchInlineSnapshot(`
      "
      p.yaml:4:7: error: The step has no name. Rename 'nmae' to 'name'? (workflow.steps[0].name)
      p.yaml:5:7: error: Step 'b' has no type. Add 'type', one of: claude, gemini, gemini_instructor, claude_smart, claude_session, claude_extract, claude_batch, claude_robust, parallel_claude, set_variable, for_loop, while_loop, data_transform, file_ops, pipeline, test_echo. (workflow.steps[1].type)
      p.yaml:6:7: error: Step 'c' has no type. Rename 'tpye' to 'type'? (workflow.steps[2].type)
      invalid"
    `)
  })

  it("is a map", async () => {
    expect(await said(workflow("    - ask\n    - [1]\n    -\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:4:7: error: This step is the text 'ask', not a map with 'name' and 'type'. (workflow.steps[0])
      p.yaml:5:7: error: This step is a list, not a map with 'name' and 'type'. (workflow.steps[1])
      p.yaml:6:6: error: This step is empty, not a map with 'name' and 'type'. (workflow.steps[2])
      invalid"
    `)
  })

  it("has a known type", async () => {
    expect(await said(workflow("    - { name: a, type: claude_smrt, prompt: x }\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:4:24: error: Unknown step type 'claude_smrt'. Did you mean 'claude_smart'? Known types: claude, gemini, gemini_instructor, claude_smart, claude_session, claude_extract, claude_batch, claude_robust, parallel_claude, set_variable, for_loop, while_loop, data_transform, file_ops, pipeline, test_echo. (workflow.steps[0].type)
      invalid"
    `)
  })

  it("of a proposed DSPy type is told the way to write it", async () => {
    expect(await said(workflow("    - { name: a, type: dspy_gemini, prompt: x }\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:4:24: error: Unknown step type 'dspy_gemini'. Use 'type: gemini' with a 'signature'. Known types: claude, gemini, gemini_instructor, claude_smart, claude_session, claude_extract, claude_batch, claude_robust, parallel_claude, set_variable, for_loop, while_loop, data_transform, file_ops, pipeline, test_echo. (workflow.steps[0].type)
      invalid"
    `)
  })

  it("may have a type that the embedding program registered", async () => {
    const text = workflow("    - { name: a, type: look_up, anything: 1 }\n")

    expect(await said(text, { stepTypes: ["look_up"], strict: true })).toMatchInlineSnapshot(`
      "
      valid"
    `)
  })

  it("may share its name, and the last result wins", async () => {
    expect(await said(workflow(good + good))).toMatchInlineSnapshot(`
      "
      p.yaml:5:15: warning: An earlier step is called 'ask' too: the last result wins. (workflow.steps[1].name)
      valid"
    `)
  })

  it("refers to functions that exist", async () => {
    const text = `${workflow("    - { name: a, type: gemini, prompt: x, functions: [serch] }\n    - { name: b, type: gemini, prompt: x, functions: f }\n")}  gemini_functions: { search: { description: d, parameters: {} } }\n`

    expect(await said(text)).toMatchInlineSnapshot(`
      "
      p.yaml:4:55: error: There is no function 'serch' in 'gemini_functions'. Did you mean 'search'? (workflow.steps[0].functions[0])
      p.yaml:5:54: error: 'functions' is the text 'f', not a list of names from 'gemini_functions'. (workflow.steps[1].functions)
      invalid"
    `)
  })

  it("has what its type requires", async () => {
    const steps = `    - { name: p, type: parallel_claude }
    - { name: b, type: claude_batch }
    - { name: l, type: for_loop }
    - { name: n, type: pipeline }
    - { name: m, type: pipeline, pipeline_file: a.yaml, pipeline: {} }
    - { name: r, type: pipeline, pipeline_ref: a }
`

    expect(await said(workflow(steps))).toMatchInlineSnapshot(`
      "
      p.yaml:4:7: error: Step 'p' has no 'parallel_tasks': a list of 'id' and 'prompt'. (workflow.steps[0].parallel_tasks)
      p.yaml:5:7: error: Step 'b' has neither 'tasks' nor 'prompt'. Add one of them. (workflow.steps[1].tasks)
      p.yaml:6:7: warning: Step 'l' has no 'steps', so it fails when it runs. Add a list of steps. (workflow.steps[2].steps)
      p.yaml:7:7: warning: Step 'n' has neither 'pipeline_file' nor 'pipeline', so it fails when it runs. Add one. (workflow.steps[3])
      p.yaml:8:67: warning: Step 'm' has both 'pipeline_file' and 'pipeline': the file is used. (workflow.steps[4].pipeline)
      p.yaml:9:48: warning: 'pipeline_ref' is not supported. Use 'pipeline_file' or 'pipeline'. (workflow.steps[5].pipeline_ref)
      invalid"
    `)
  })

  it("has streaming options that can be used", async () => {
    const step = (options: string) => `    - { name: a, type: claude, prompt: x, claude_options: ${options} }\n`

    expect(await said(workflow(step("{ async_streaming: maybe }")))).toMatchInlineSnapshot(`
      "
      p.yaml:4:78: error: 'async_streaming' is the text 'maybe'; use true or false. (workflow.steps[0].claude_options.async_streaming)
      invalid"
    `)
    expect(
      await said(workflow(step("{ async_streaming: true, stream_handler: loud, stream_buffer_size: 0 }"))),
    ).toMatchInlineSnapshot(`
      "
      p.yaml:4:100: error: Unknown stream handler 'loud'. Known: console, simple, debug, file, callback, buffer. (workflow.steps[0].claude_options.stream_handler)
      p.yaml:4:126: error: 'stream_buffer_size' is the number 0; use a whole number above 0. (workflow.steps[0].claude_options.stream_buffer_size)
      invalid"
    `)
    expect(await said(workflow(step("fast")))).toMatchInlineSnapshot(`
      "
      p.yaml:4:59: error: 'claude_options' is the text 'fast', not a map. (workflow.steps[0].claude_options)
      invalid"
    `)
  })

  it("is skipped where its condition cannot be evaluated", async () => {
    const text = workflow(
      "    - { name: a, type: claude, prompt: x, condition: { xor: [a, b] }, output_to_file: [1] }\n",
    )

    expect(await said(text)).toMatchInlineSnapshot(`
      "
      p.yaml:4:54: warning: The condition is a map that cannot be evaluated, so the step is skipped. Write an expression, a list, or a map with 'and', 'or' or 'not'. (workflow.steps[0].condition)
      p.yaml:4:87: warning: 'output_to_file' is a list, not a file name; nothing is written. (workflow.steps[0].output_to_file)
      valid"
    `)
    expect((await loaded(text)).workflow.steps[0].condition).toBe(false)
  })

  it("keeps a condition in any of its forms", async () => {
    const step = (condition: string) =>
      workflow(`    - { name: a, type: claude, prompt: x, condition: ${condition} }\n`)
    const conditionOf = async (condition: string) => (await loaded(step(condition))).workflow.steps[0].condition

    expect(await conditionOf("false")).toBe(false)
    expect(await conditionOf("")).toBeUndefined()
    expect(await conditionOf("[a.ok, { not: b.ok }]")).toEqual(["a.ok", { not: "b.ok" }])
    expect(await conditionOf("{ and: [a.ok], or: [b.ok] }")).toEqual({ and: ["a.ok"] })
  })
})

describe("steps inside a step", () => {
  it("are checked too, as warnings, since the format refuses none of them", async () => {
    const text = `workflow:
  name: x
  steps:
    - { name: ask, type: claude, prompt: hello }
    - name: each
      type: for_loop
      iterator: item
      data_source: ask
      steps:
        - { name: inner, type: claude, prompt: [{ type: previous_response, step: ask }, { type: previous_response, step: loop, extract: item }] }
        - { name: broken, type: cloude }
    - name: nested
      type: pipeline
      pipeline:
        steps:
          - { name: deep, type: claude, prompt: [{ type: previous_response, step: ask }] }
    - name: many
      type: parallel_claude
      parallel_tasks:
        - { id: one, prompt: [{ type: static }] }
        - { id: two }
        - three
    - { name: batch, type: claude_batch, tasks: [] }
`

    expect(await said(text)).toMatchInlineSnapshot(`
      "
      p.yaml:11:33: warning: Unknown step type 'cloude'. Did you mean 'claude'? Known types: claude, gemini, gemini_instructor, claude_smart, claude_session, claude_extract, claude_batch, claude_robust, parallel_claude, set_variable, for_loop, while_loop, data_transform, file_ops, pipeline, test_echo. (workflow.steps[1].steps[1].type)
      p.yaml:16:83: warning: There is no step 'ask' to take a response from. Steps here: deep. (workflow.steps[2].pipeline.steps[0].prompt[0].step)
      p.yaml:20:31: warning: This static part has no 'content'. Add 'content'. (workflow.steps[3].parallel_tasks[0].prompt[0].content)
      p.yaml:21:11: warning: This task has no 'prompt'. (workflow.steps[3].parallel_tasks[1].prompt)
      p.yaml:22:11: warning: This task is the text 'three', not a map with a 'prompt'. (workflow.steps[3].parallel_tasks[2])
      p.yaml:23:49: warning: The list of tasks is empty, so the step does nothing. (workflow.steps[4].tasks)
      valid"
    `)
  })
})

import { describe, expect, it } from "vitest"
import { said } from "./workflowsOf.ts"

const strict = (text: string) => said(text, { strict: true })

describe("--strict", () => {
  it("reports keys that nothing reads, everywhere", async () => {
    const text = `version: 1
workflow:
  name: x
  variables: {}
  defaults: { output_dr: out }
  dspy_config: { python_bridge: {} }
  hybrid_config: { performance_treshold: 0.1 }
  steps:
    - name: a
      type: claude
      output_to_fle: a.md
      claude_options: { max_turn: 3 }
      dspy_config: { cache: true }
      prompt:
        - { type: previous_response, step: z, extract_with: x }
    - name: z
      type: for_loop
      steps:
        - { name: b, type: claude, prompt: hi, max_retries: 3 }
`

    expect(await strict(text)).toMatchInlineSnapshot(`
      "
      p.yaml:1:1: warning: Nothing reads the key 'version' here. (version)
      p.yaml:4:3: warning: Nothing reads the key 'variables' here. (workflow.variables)
      p.yaml:5:15: warning: Nothing reads the key 'output_dr' here. Did you mean 'output_dir'? (workflow.defaults.output_dr)
      p.yaml:6:18: warning: Nothing reads the key 'python_bridge' here. (workflow.dspy_config.python_bridge)
      p.yaml:7:20: warning: Nothing reads the key 'performance_treshold' here. Did you mean 'performance_threshold'? (workflow.hybrid_config.performance_treshold)
      p.yaml:11:7: warning: Nothing reads the key 'output_to_fle' here. Did you mean 'output_to_file'? (workflow.steps[0].output_to_fle)
      p.yaml:12:25: warning: Nothing reads the key 'max_turn' here. Did you mean 'max_turns'? (workflow.steps[0].claude_options.max_turn)
      p.yaml:13:22: warning: Nothing reads the key 'cache' here. (workflow.steps[0].dspy_config.cache)
      p.yaml:15:44: warning: Step 'z' runs after this one, so it has no response yet. Move it up, or refer to an earlier one. (workflow.steps[0].prompt[0].step)
      p.yaml:15:47: warning: Nothing reads the key 'extract_with' here. (workflow.steps[0].prompt[0].extract_with)
      p.yaml:19:48: warning: Nothing reads the key 'max_retries' here. (workflow.steps[1].steps[0].max_retries)
      valid"
    `)
  })

  it("reports templates that render as nothing", async () => {
    const text = `workflow:
  name: x
  global_vars: { tone: kind }
  steps:
    - { name: set, type: set_variable, variables: { count: "{{count}}" } }
    - name: ask
      type: claude
      signature: "message -> answer"
      prompt: |
        {{inputs.anything}} {{count}} {{global_vars.tone}} {{message}} {{set.text}} {{timestamp}} {{length(count)}}
        {{messag}} {{tone}} {{global_vars.tune}} {{state.cuont}} {{steps.aks.text}} {{later.text}} {{previous_response:set}}
    - { name: later, type: claude, prompt: hi }
`

    expect(await strict(text)).toMatchInlineSnapshot(`
      "
      p.yaml:5:61: warning: '{{count}}' renders as nothing unless the run gets an input 'count': no earlier step and no variable has that name. (workflow.steps[0].variables.count)
      p.yaml:11:9: warning: '{{messag}}' renders as nothing unless the run gets an input 'messag': no earlier step and no variable has that name. Did you mean 'message'? (workflow.steps[1].prompt)
      p.yaml:11:20: warning: '{{tone}}' renders as nothing. Write '{{global_vars.tone}}'. (workflow.steps[1].prompt)
      p.yaml:11:29: warning: '{{global_vars.tune}}' renders as nothing: there is no global variable 'tune'. Did you mean 'tone'? (workflow.steps[1].prompt)
      p.yaml:11:50: warning: '{{state.cuont}}' renders as nothing: no step before this one sets a variable 'cuont'. Did you mean 'count'? (workflow.steps[1].prompt)
      p.yaml:11:66: warning: '{{steps.aks.text}}' has no value: there is no step 'aks'. Did you mean 'ask'? (workflow.steps[1].prompt)
      p.yaml:11:85: warning: '{{later.text}}' has no value: step 'later' has not run by then. (workflow.steps[1].prompt)
      p.yaml:11:100: warning: '{{previous_response:set}}' is not a template. Write '{{steps.set.text}}', or a part of type previous_response. (workflow.steps[1].prompt)
      valid"
    `)
  })

  it("knows that the original finds only variables under a bare name", async () => {
    const text =
      "workflow:\n  name: x\n  steps: [{ name: a, type: claude, prompt: [{ type: static, content: '{{timestamp}}' }] }]\n"

    expect(await strict(text)).toBe("\nvalid")
    expect(await said(text, { strict: true, strictCompat: true })).toMatchInlineSnapshot(`
      "
      p.yaml:3:71: warning: '{{timestamp}}' renders as nothing: no step before this one sets a variable 'timestamp'. (workflow.steps[0].prompt[0].content)
      valid"
    `)
  })

  it("reads a name with hyphens as the run reads it", async () => {
    const text = `workflow:
  name: x
  global_vars: { max-words: 9 }
  steps:
    - { name: check-tone, type: claude, prompt: hi }
    - { name: step-1, type: claude, prompt: "{{steps.check-tone.text}} {{check-tone.text}} {{global_vars.max-words - 1}}" }
    - { name: later, type: claude, prompt: "{{steps.step-1.text}} {{steps.chek-tone.text}} {{steps.step-2.text}} {{steps.last-one.text}}" }
    - { name: last-one, type: claude, prompt: "{{later-1}}" }
`

    expect(await strict(text)).toMatchInlineSnapshot(`
      "
      p.yaml:7:67: warning: '{{steps.chek-tone.text}}' has no value: there is no step 'chek-tone'. Did you mean 'check-tone'? (workflow.steps[2].prompt)
      p.yaml:7:92: warning: '{{steps.step-2.text}}' has no value: there is no step 'step-2'. Did you mean 'step-1'? (workflow.steps[2].prompt)
      p.yaml:7:114: warning: '{{steps.last-one.text}}' has no value: step 'last-one' has not run by then. (workflow.steps[2].prompt)
      valid"
    `)
  })

  it("takes what is no expression for one name", async () => {
    const text = `workflow:
  name: x
  steps:
    - { name: step 1, type: claude, prompt: hi }
    - { name: b, type: claude, prompt: "{{steps.step 1.text}} {{#each items}}" }
`

    expect(await strict(text)).toMatchInlineSnapshot(`
      "
      p.yaml:5:63: warning: '{{#each items}}' renders as nothing unless the run gets an input '#each items': no earlier step and no variable has that name. (workflow.steps[1].prompt)
      valid"
    `)
  })

  it("leaves templates inside loops and inline pipelines to those", async () => {
    const text =
      "workflow:\n  name: x\n  steps: [{ name: a, type: while_loop, condition: go, steps: [{ name: b, type: claude, prompt: '{{loop.item}}' }] }]\n"

    expect(await strict(text)).toBe("\nvalid")
  })
})

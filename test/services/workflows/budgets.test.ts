import { describe, expect, it } from "vitest"
import { loaded, said } from "./workflowsOf.ts"

const workflow = (budget: string, step = "") =>
  `workflow:\n  name: x\n  steps:\n    - { name: a, type: claude, prompt: hi${step} }\n  hybrid_config:\n    budget:\n${budget}`

describe("budgets", () => {
  it("are read from hybrid_config and from steps", async () => {
    const text = workflow(
      `      run: { usd: 0.05, tokens: 20000, calls: 10 }
      step: { usd: 0.02 }
      workflow: { calls: 10000, per: week }
`,
      ", budget: { calls: 0 }",
    )

    const { workflow: read, warnings } = await loaded(text)

    expect(read.hybrid_config?.budget).toEqual({
      run: { usd: 0.05, tokens: 20000, calls: 10 },
      step: { usd: 0.02 },
      workflow: { calls: 10000, per: "week" },
    })
    expect(read.steps[0].budget).toEqual({ calls: 0 })
    expect(warnings).toEqual([])
  })

  it("report wrong limits and periods where they stand", async () => {
    const text = workflow(
      `      run: { usd: five, tokens: 1.5, calls: -1 }
      step: 3
      workflow: { usd: , per: dayy }
`,
      ", budget: { calls: many }",
    )

    expect(await said(text)).toMatchInlineSnapshot(`
      "
      p.yaml:4:61: error: 'calls' is the text 'many': expected number. (workflow.steps[0].budget.calls)
      p.yaml:7:19: error: 'usd' is the text 'five': expected number. (workflow.hybrid_config.budget.run.usd)
      p.yaml:7:33: error: 'tokens' is the number 1.5: expected an integer. (workflow.hybrid_config.budget.run.tokens)
      p.yaml:7:45: error: 'calls' is the number -1: expected a value greater than or equal to 0. (workflow.hybrid_config.budget.run.calls)
      p.yaml:8:13: error: 'step' is the number 3: expected a map. (workflow.hybrid_config.budget.step)
      p.yaml:9:24: error: 'usd' is empty: expected number. (workflow.hybrid_config.budget.workflow.usd)
      p.yaml:9:31: error: 'per' is the text 'dayy'. Did you mean 'day'? Allowed: day, week, month. (workflow.hybrid_config.budget.workflow.per)
      invalid"
    `)
  })

  it("refuse limits that nothing knows, as these would limit nothing", async () => {
    const text = workflow(
      `      run: { cals: 1, per: day }
      steps: { calls: 1 }
`,
      ", budget: { cost: 1 }",
    )

    expect(await said(text)).toMatchInlineSnapshot(`
      "
      p.yaml:4:54: error: Nothing is limited by 'cost' here. Allowed: usd, tokens, calls. (workflow.steps[0].budget.cost)
      p.yaml:7:14: error: Nothing is limited by 'cals' here. Allowed: usd, tokens, calls. Did you mean 'calls'? (workflow.hybrid_config.budget.run.cals)
      p.yaml:7:23: error: Nothing is limited by 'per' here. Allowed: usd, tokens, calls. (workflow.hybrid_config.budget.run.per)
      p.yaml:8:7: error: Nothing is limited by 'steps' here. Allowed: run, step, workflow. Did you mean 'step'? (workflow.hybrid_config.budget.steps)
      invalid"
    `)
  })

  it("of steps in a loop are checked as far as the format lets that be: with warnings", async () => {
    const text = `workflow:
  name: x
  steps:
    - name: review
      type: for_loop
      iterator: item
      data_source: "inputs.items"
      steps:
        - { name: draft, type: claude, prompt: hi, budget: { call: 1, usd: none } }
`

    expect(await said(text)).toMatchInlineSnapshot(`
      "
      p.yaml:9:62: warning: Nothing is limited by 'call' here. Allowed: usd, tokens, calls. Did you mean 'calls'? (workflow.steps[0].steps[0].budget.call)
      p.yaml:9:76: warning: 'usd' is the text 'none': expected number. (workflow.steps[0].steps[0].budget.usd)
      valid"
    `)
  })

  it("are keys that validation knows", async () => {
    expect(await said(workflow("      run: { calls: 1 }\n", ", budget: { usd: 1 }"), { strict: true })).toBe("\nvalid")
  })
})

import { describe, expect, it } from "vitest"
import { loaded, said } from "./workflowsOf.ts"

const workflow = (rest: string, step = "") =>
  `workflow:\n  name: x\n  steps:\n    - { name: a, type: claude, prompt: hi${step} }\n${rest}`

describe("hybrid_config and dspy_config", () => {
  it("report wrong types and values, with what is allowed", async () => {
    const rest = `  hybrid_config:
    mode: hybird
    performance_threshold: 2
    fallback_enabled: "no"
  dspy_config:
    optimization_enabled: 1
    evaluation_mode: bootstrap_fewshot
    fallback_strategy: retry
    few_shot_examples: -1
    training_size: 1.5
    training_data_path: [a]
`

    expect(await said(workflow(rest))).toMatchInlineSnapshot(`
      "
      p.yaml:6:11: error: 'mode' is the text 'hybird'. Did you mean 'hybrid'? Allowed: traditional, dspy_optimized, hybrid, evaluation. (workflow.hybrid_config.mode)
      p.yaml:7:28: error: 'performance_threshold' is the number 2: expected a value between 0 and 1. (workflow.hybrid_config.performance_threshold)
      p.yaml:8:23: error: 'fallback_enabled' is the text 'no': expected true or false. (workflow.hybrid_config.fallback_enabled)
      p.yaml:10:27: error: 'optimization_enabled' is the number 1: expected true or false. (workflow.dspy_config.optimization_enabled)
      p.yaml:11:22: error: 'evaluation_mode' is the text 'bootstrap_fewshot'. Did you mean 'bootstrap_few_shot'? Allowed: labeled_few_shot, bootstrap_few_shot, bootstrap_few_shot_random_search, knn_few_shot, gepa, mipro_v2, simba, copro, mipro. (workflow.dspy_config.evaluation_mode)
      p.yaml:12:24: error: 'fallback_strategy' is the text 'retry'. Allowed: traditional, cached_best_effort, schedule_and_execute, wait_and_retry, error. (workflow.dspy_config.fallback_strategy)
      p.yaml:13:24: error: 'few_shot_examples' is the number -1: expected a value greater than or equal to 0. (workflow.dspy_config.few_shot_examples)
      p.yaml:14:20: error: 'training_size' is the number 1.5: expected an integer. (workflow.dspy_config.training_size)
      p.yaml:15:25: error: 'training_data_path' is a list: expected text. (workflow.dspy_config.training_data_path)
      invalid"
    `)
  })

  it("are maps", async () => {
    expect(await said(workflow("  hybrid_config: hybrid\n  dspy_config: [1]\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:5:18: error: This is the text 'hybrid', not a map of settings. (workflow.hybrid_config)
      p.yaml:6:16: error: This is a list, not a map of settings. (workflow.dspy_config)
      invalid"
    `)
  })

  it("of a step are checked as well", async () => {
    expect(
      await said(workflow("", ", execution_mode: dspy, dspy_config: { max_wait_time: soon }")),
    ).toMatchInlineSnapshot(`
      "
      p.yaml:4:60: error: 'execution_mode' is the text 'dspy'. Allowed: traditional, dspy_optimized, hybrid, evaluation. (workflow.steps[0].execution_mode)
      p.yaml:4:96: error: 'max_wait_time' is the text 'soon': expected number. (workflow.steps[0].dspy_config.max_wait_time)
      invalid"
    `)
  })

  it("keep an explicit false, and nothing for a key left empty", async () => {
    const text = workflow(
      "  hybrid_config: { fallback_enabled: false, ab_testing_enabled: , mode: hybrid }\n  dspy_config:\n",
    )

    const { workflow: read, warnings } = await loaded(text)

    expect(read.hybrid_config).toEqual({ fallback_enabled: false, mode: "hybrid" })
    expect(read).not.toHaveProperty("dspy_config")
    expect(warnings?.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "'ab_testing_enabled' is left empty, so it is as if it were absent.",
      ]
    `)
  })

  it("take unknown keys, as old pipelines have them", async () => {
    expect(await said(workflow("  hybrid_config: { moood: 1 }\n  dspy_config: { python_bridge: {} }\n"))).toBe(
      "\nvalid",
    )
  })

  it("are no reason to refuse a file that the original accepts, under strict compatibility", async () => {
    const text =
      "workflow:\n  name: x\n  steps: [{ name: a, type: claude, execution_mode: fast, prompt: [{ type: static, content: hi }] }]\n  hybrid_config: { mode: hybird, fallback_enabled: false }\n"

    expect(await said(text, { strictCompat: true })).toMatchInlineSnapshot(`
      "
      p.yaml:3:52: warning: 'execution_mode' is the text 'fast'. Allowed: traditional, dspy_optimized, hybrid, evaluation. (workflow.steps[0].execution_mode)
      p.yaml:4:26: warning: 'mode' is the text 'hybird'. Did you mean 'hybrid'? Allowed: traditional, dspy_optimized, hybrid, evaluation. (workflow.hybrid_config.mode)
      valid"
    `)
    expect((await loaded(text, { strictCompat: true })).workflow.hybrid_config).toEqual({ fallback_enabled: false })
  })
})

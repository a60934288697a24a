import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import { describe, expect, test } from "vitest"
import type { StepDspyConfig } from "../../../src/DspyConfig.ts"
import { optimizationPlans } from "../../../src/services/optimization/optimizationPlan.ts"
import type { OptimizeOptions } from "../../../src/services/optimization/OptimizeOptions.ts"
import { optimizerOf } from "../../../src/services/optimization/optimizers.ts"
import type { Workflow } from "../../../src/Workflow.ts"
import { signature } from "./colourTask.ts"

const plansOf = (
  configs: Readonly<Record<string, StepDspyConfig | null>>,
  workflowConfig: NonNullable<Workflow["dspy_config"]> = { training_data_path: "data/train.jsonl" },
  options: OptimizeOptions = {},
) => {
  const steps = Object.entries(configs).map(([name, config]) => ({
    name,
    type: "claude",
    ...(config === null ? {} : { signature, dspy_config: config }),
  }))
  const [first = { name: "none", type: "claude" }, ...others] = steps
  const workflow: Workflow = { name: "w", steps: [first, ...others], dspy_config: workflowConfig }
  return optimizationPlans({ workflow, directory: "/pipelines" }, options).pipe(Effect.provide(Path.layer))
}

const planOf = async (...args: Parameters<typeof plansOf>) => (await Effect.runPromise(plansOf(...args)))[0]
const refusalOf = (...args: Parameters<typeof plansOf>) => Effect.runPromise(Effect.flip(plansOf(...args)))

describe("what a step gets", () => {
  test("is said by the workflow, with paths from its file on", async () => {
    const plan = await planOf(
      { sort: {} },
      {
        training_data_path: "data/train.jsonl",
        evaluation_mode: "mipro_v2",
        few_shot_examples: 6,
        bootstrap_iterations: 5,
        evaluation_metric: "f1",
        training_size: 50,
        validation_size: 20,
      },
    )

    expect(plan).toMatchObject({
      optimizer: "mipro_v2",
      settings: { maxDemos: 6, candidates: 5 },
      trainset: "/pipelines/data/train.jsonl",
      trainingSize: 50,
      validationSize: 20,
      metric: "f1",
      metricDirectory: "/pipelines",
    })
  })

  test("is said by the step over the workflow, and by flags over the step", async () => {
    const workflow = { training_data_path: "a.jsonl", evaluation_mode: "gepa", few_shot_examples: 1 } as const
    const step = { training_data_path: "b.jsonl", evaluation_mode: "labeled_few_shot", few_shot_examples: 2 } as const

    const byStep = await planOf({ sort: step }, workflow)
    const byFlags = await planOf({ sort: step }, workflow, { trainset: "c.jsonl", optimizer: "knn_few_shot", demos: 3 })

    expect(byStep).toMatchObject({
      optimizer: "labeled_few_shot",
      settings: { maxDemos: 2 },
      trainset: "/pipelines/b.jsonl",
    })
    expect(byFlags).toMatchObject({ optimizer: "knn_few_shot", settings: { maxDemos: 3 }, trainset: "c.jsonl" })
  })

  test("takes iterations for rounds where demos are bootstrapped once", async () => {
    const plan = await planOf({ sort: { evaluation_mode: "bootstrap_few_shot", bootstrap_iterations: 3 } })

    expect(plan?.settings).toEqual({ maxRounds: 3 })
  })

  test("is random search and the metric that fits the outputs where nobody says anything", async () => {
    expect(await planOf({ sort: {} })).toMatchObject({
      optimizer: "bootstrap_few_shot_random_search",
      settings: {},
      metric: "exact_match",
    })
  })
})

describe("which steps", () => {
  test("are all that have a signature and do not turn optimization off", async () => {
    const plans = await Effect.runPromise(plansOf({ a: {}, b: null, c: { optimization_enabled: false }, d: {} }))

    expect(plans.map(({ step }) => step.name)).toEqual(["a", "d"])
  })

  test("may be one that turns it off, if it is named", async () => {
    const plan = await planOf({ a: {}, c: { optimization_enabled: false } }, undefined, { step: "c" })

    expect(plan?.step.name).toBe("c")
  })

  test.each([
    [{ a: { optimization_enabled: false } }, {}, /optimization_enabled is false for "a"; name one with --step/],
    [{ a: null }, {}, /no step of w has a signature/],
    [{ sort: {} }, { step: "srot" }, /there is no step "srot" in w\. Did you mean 'sort'\?/],
    [{ sort: null }, { step: "sort" }, /step "sort" has no signature/],
  ] as const)("%j with %j is refused", async (steps, options, message) => {
    expect((await refusalOf(steps, undefined, options)).message).toMatch(message)
  })

  test("without training data is refused with what to do", async () => {
    const { message } = await refusalOf({ sort: {} }, {})

    expect(message).toBe(
      'step "sort" has no training data: pass --trainset FILE, or set dspy_config.training_data_path',
    )
  })
})

describe("an optimizer's name", () => {
  const named = (name: string) => Effect.runPromise(optimizerOf(name, { engine: "embedded" }))

  test("mipro is mipro_v2", async () => {
    expect((await named("mipro")).optimizer.name).toBe("mipro_v2")
  })

  test("copro is carried out by gepa, which is said", async () => {
    const { optimizer, notice } = await named("copro")

    expect(optimizer.name).toBe("gepa")
    expect(notice).toContain("--engine dspy runs DSPy's own COPRO")
  })

  test("copro is DSPy's own with its engine", async () => {
    const chosen = optimizerOf("copro", { engine: "dspy", dspy: { state: ".", environment: {} } })

    expect((await Effect.runPromise(chosen)).optimizer.name).toBe("copro")
  })

  test.each([
    ["gepaa", "Did you mean 'gepa'?"],
    ["simba", "--engine dspy"],
  ])("%s is refused with %s", async (name, hint) => {
    const error = await Effect.runPromise(Effect.flip(optimizerOf(name, { engine: "embedded" })))

    expect(error.message).toContain(hint)
  })
})

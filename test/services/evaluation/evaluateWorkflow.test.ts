import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { InputError } from "../../../src/InputError.ts"
import type { EvaluationProgress } from "../../../src/services/evaluation/evaluateWorkflow.ts"
import { MetricError } from "../../../src/services/metrics/Metric.ts"
import { ModelError, type ModelRequest } from "../../../src/services/models/Models.ts"
import { meanOf } from "../../../src/statistics/intervals.ts"
import { StepFailure } from "../../../src/StepFailure.ts"
import type { Step } from "../../../src/Step.ts"
import type { Workflow } from "../../../src/Workflow.ts"
import { aFile, intents } from "../datasets/aFile.ts"
import { folderWith } from "../metrics/score.ts"
import { evaluate } from "./evaluate.ts"

const classify: Step = {
  name: "classify",
  type: "claude",
  signature: intents,
  prompt: [{ type: "static", content: "Message: {{inputs.message}}" }],
}

const workflowOf = (...[first, ...others]: [Step, ...Array<Step>]): Workflow => ({
  name: "triage",
  steps: [first, ...others],
})

const rows = (count: number) =>
  aFile(
    "rows.jsonl",
    Array.from(
      { length: count },
      (_, index) => `{"input":"m${index}","label":"${index % 2 === 0 ? "refund" : "delivery"}"}`,
    ).join("\n"),
  )

const says = (text: string) => () => Effect.succeed(text)

const promptOf = ({ messages }: ModelRequest): string => messages.at(-1)?.content ?? ""

const modelFails = (reason: ModelError["reason"]) => () =>
  Effect.fail(new ModelError({ reason, message: "it failed", model: "scripted/model" }))

describe("evaluating a step", () => {
  test("measures both modes on the same rows and compares them", async () => {
    const progress: Array<EvaluationProgress> = []

    const [report, ...others] = await evaluate(
      workflowOf(classify),
      { dataset: rows(40), onProgress: (step) => progress.push(step) },
      {
        model: says("refund"),
        program: ({ scope }) =>
          Effect.succeed({
            intent: Number(String(scope.inputs["message"]).slice(1)) % 2 === 0 ? "refund" : "delivery",
          }),
      },
    )

    expect(others).toEqual([])
    expect(report).toMatchObject({
      workflow: "triage",
      step: "classify",
      metric: "exact_match",
      n: 40,
      programId: "prog-1",
    })
    expect(report?.modes.traditional).toMatchObject({ quality: 0.5, successRate: 1 })
    expect(report?.modes.traditional?.costUsd).toBeCloseTo(0.001, 12)
    expect(report?.modes.traditional?.totalCostUsd).toBeCloseTo(0.04)
    expect(report?.modes.dspy_optimized).toMatchObject({ quality: 1, successRate: 1 })
    expect(report?.modes.dspy_optimized?.costUsd).toBeCloseTo(0.002, 12)
    expect(report?.comparison).toMatchObject({ qualityDiff: 0.5, successRateDiff: 0, decided: true })
    expect(report?.comparison?.costDiff).toBeCloseTo(0.001)
    expect(report?.recommendation).toMatchObject({ verdict: "recommend_dspy", nNeeded: 0 })
    expect(report?.labels).toEqual(["refund", "delivery", "other"])
    expect(progress.map(({ done }) => done)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    expect(progress.at(-1)).toMatchObject({
      step: "classify",
      of: 40,
      quality: { traditional: 0.5, dspy_optimized: 1 },
    })
  })

  test("keeps every answer, so that the scores can be counted again", async () => {
    const [report] = await evaluate(workflowOf(classify), { dataset: rows(9) }, { model: says("I say: refund") })

    const recounted = report?.rows.map(({ expected, answers }) =>
      answers.traditional?.outputs?.["intent"] === expected["intent"] ? 1 : 0,
    )
    expect(meanOf(recounted ?? [])).toBe(report?.modes.traditional?.quality)
    expect(report?.rows[8]).toMatchObject({
      line: 9,
      inputs: { message: "m8" },
      expected: { intent: "refund" },
      answers: { traditional: { score: 1, text: "I say: refund" } },
    })
    expect(report?.rows[1]?.answers.traditional?.feedback).toBe('intent: expected "delivery", got "refund"')
  })

  test("scores failures 0 and says what they were", async () => {
    const [report] = await evaluate(
      workflowOf(classify),
      { dataset: rows(4) },
      {
        model: (request) =>
          promptOf(request).endsWith("m0") ? modelFails("server_error")() : Effect.succeed("refund"),
        program: () => Effect.fail(new StepFailure({ reason: "optimization_failed", message: "unreadable" })),
      },
    )

    expect(report?.modes.traditional).toMatchObject({ quality: 0.25, successRate: 0.75 })
    expect(report?.modes.dspy_optimized).toMatchObject({ quality: 0, successRate: 0 })
    expect(report?.rows[0]?.answers.traditional).toMatchObject({
      score: 0,
      outputs: null,
      failure: { reason: "model_failed", message: expect.stringContaining("it failed") },
    })
  })

  test("does not know a cost without a price", async () => {
    const [report] = await evaluate(
      workflowOf(classify),
      { dataset: rows(4) },
      { model: says("refund"), program: () => Effect.succeed({ intent: "refund" }), costUsd: null },
    )

    expect(report?.modes.traditional).toMatchObject({ costUsd: null, totalCostUsd: null })
    expect(report?.comparison?.costDiff).toBeNull()
  })

  test("lets a row's inputs stand for what earlier steps answered, and writes no file", async () => {
    const asked: Array<string> = []
    const summary: Step = {
      ...classify,
      condition: "never == 1",
      output_to_file: "{{steps.unknown.text}}.txt",
      signature: {
        ...intents,
        inputs: [
          { name: "message", type: "string", template: "{{steps.read.outputs.body}}" },
          { name: "tone", type: "string", template: "{{inputs.tone}}" },
        ],
      },
      prompt: [
        { type: "static", content: "{{inputs.tone}}" },
        { type: "previous_response", step: "read", extract: "outputs.body" },
      ],
    }
    const file = aFile("rows.csv", "message,tone,intent\nhello,kind,refund\nbye,rude,other\n")

    const [report] = await evaluate(
      workflowOf(summary),
      { dataset: file, concurrency: 1 },
      {
        model: (request) => {
          asked.push(promptOf(request))
          return Effect.succeed("refund")
        },
        program: ({ scope, step }) =>
          Effect.succeed({
            intent:
              scope.inputs["message"] === "bye" && step.signature?.inputs[0].template === undefined ? "other" : "",
          }),
      },
    )

    expect(asked).toEqual(["kind\nhello", "rude\nbye"])
    expect(report?.modes.traditional?.quality).toBe(0.5)
    expect(report?.rows[1]?.answers.dspy_optimized?.score).toBe(1)
  })

  test("draws the rows of a limit by the seed, in the order of the file", async () => {
    const linesOf = async (seed: number) => {
      const [report] = await evaluate(
        workflowOf(classify),
        { dataset: rows(100), limit: 10, seed },
        { model: says("refund") },
      )
      return report?.rows.map(({ line }) => line) ?? []
    }

    const lines = await linesOf(1)

    expect(lines).toHaveLength(10)
    expect(lines).toEqual(lines.toSorted((a, b) => a - b))
    expect(Math.max(...lines)).toBeGreaterThan(10)
    expect(await linesOf(1)).toEqual(lines)
    expect(await linesOf(2)).not.toEqual(lines)
  })

  test("uses a metric of the user's own", async () => {
    const directory = folderWith("own.mjs", "export const metric = ({ actual }) => actual.intent.length / 10")

    const [report] = await evaluate(
      workflowOf(classify),
      { dataset: rows(4), metric: `${directory}/own.mjs` },
      { model: says("refund") },
    )

    expect(report?.modes.traditional?.quality).toBeCloseTo(0.6)
  })
})

describe("choosing what to evaluate", () => {
  const extract: Step = {
    ...classify,
    name: "extract",
    signature: { ...intents, outputs: [{ name: "amount", type: "number" }] },
  }
  const plain: Step = { name: "reply", type: "claude", prompt: [{ type: "static", content: "hello" }] }

  test("takes every step with a signature that the data set has rows for", async () => {
    const reports = await evaluate(
      workflowOf(classify, plain, extract),
      { dataset: rows(4) },
      { model: says("refund") },
    )

    expect(reports.map(({ step }) => step)).toEqual(["classify"])
  })

  test("measures the traditional mode alone where no program is adopted, and says so", async () => {
    const [report] = await evaluate(workflowOf(classify), { dataset: rows(4) }, { model: says("refund") })

    expect(Object.keys(report?.modes ?? {})).toEqual(["traditional"])
    expect(report?.comparison).toBeUndefined()
    expect(report?.warnings).toEqual([expect.stringContaining("no program is adopted")])
  })

  test.each<[string, Parameters<typeof evaluate>[1], RegExp]>([
    ["a step that is not there", { step: "clasify" }, /there is no step "clasify"\. Did you mean "classify"\?/],
    ["a step without a signature", { step: "reply" }, /step "reply" has no signature/],
    [
      "the optimized mode without a program",
      { modes: ["dspy_optimized"] },
      /no program is adopted for step "classify"/,
    ],
    ["an unknown metric", { metric: "f2" }, /there is no metric "f2"/],
    ["a limit of one row", { limit: 1 }, /at least 2 rows/],
  ])("refuses %s before a model is called", async (_what, options, message) => {
    const calls: Array<string> = []

    const evaluated = evaluate(
      workflowOf(classify, plain),
      { dataset: rows(4), ...options },
      {
        model: (request) => {
          calls.push(promptOf(request))
          return Effect.succeed("refund")
        },
      },
    )

    await expect(evaluated).rejects.toBeInstanceOf(InputError)
    await expect(evaluated).rejects.toThrow(message)
    expect(calls).toEqual([])
  })

  test("wants a data set, and one that fits", async () => {
    const model = says("refund")

    await expect(evaluate(workflowOf(classify), {}, { model })).rejects.toThrow(/pass --dataset FILE, or set/)
    await expect(evaluate(workflowOf(extract), { dataset: rows(4) }, { model })).rejects.toThrow(
      /"amount" is to be one number, not "refund"/,
    )
    await expect(evaluate(workflowOf(plain), { dataset: rows(4) }, { model })).rejects.toThrow(
      /no step of triage has a/,
    )
  })

  test("does not run a step that can write once for every row", async () => {
    const writing: Step = { ...classify, claude_options: { allowed_tools: ["Write"] } }

    const evaluated = evaluate(workflowOf(writing), { dataset: rows(4), step: "classify" }, { model: says("refund") })

    await expect(evaluated).rejects.toThrow(/can write or run commands/)
  })
})

describe("an evaluation that cannot go on", () => {
  test("ends with the row that a metric failed on", async () => {
    const directory = folderWith(
      "own.mjs",
      "export const metric = ({ inputs }) => { if (inputs.message === 'm2') throw new Error('no luck'); return 1 }",
    )

    const evaluated = evaluate(
      workflowOf(classify),
      { dataset: rows(4), metric: `${directory}/own.mjs`, concurrency: 1 },
      { model: says("refund") },
    )

    await expect(evaluated).rejects.toBeInstanceOf(MetricError)
    await expect(evaluated).rejects.toThrow(/rows\.jsonl:3: metric .*own\.mjs: it threw no luck/)
  })

  test("ends at the first call where the key is wrong", async () => {
    let calls = 0

    const evaluated = evaluate(
      workflowOf(classify),
      { dataset: rows(50), concurrency: 1 },
      {
        model: () => {
          calls += 1
          return modelFails("authentication")()
        },
      },
    )

    await expect(evaluated).rejects.toMatchObject({ reason: "authentication" })
    expect(calls).toBe(1)
  })
})

test("counts what a judge spends beside the modes, not in them", async () => {
  const [report] = await evaluate(
    workflowOf(classify),
    { dataset: rows(4), metric: "llm_judge" },
    {
      model: (request) =>
        Effect.succeed(request.messages[0]?.role === "system" ? '{"reason": "", "score": 0.5}' : "refund"),
    },
  )

  expect(report?.modes.traditional).toMatchObject({ quality: 0.5 })
  expect(report?.modes.traditional?.totalCostUsd).toBeCloseTo(0.004)
  expect(report?.metricCostUsd).toBeCloseTo(0.004)
})

import * as Schema from "effect/Schema"
import * as Result from "effect/Result"
import { describe, expect, test } from "vitest"
import { Candidate, FrozenPrompt } from "../../src/Program.ts"
import type { Signature } from "../../src/Signature.ts"
import { adapterOf } from "../../src/services/adapters/adapters.ts"
import { checkParity, formatFrozen } from "../../src/services/adapters/frozenPrompt.ts"
import { type JobEndpoint, jobEndpoint, reply, token } from "./jobEndpoint.ts"
import { pythonEnvironment } from "./pythonEnvironment.ts"
import { type PythonRun, runPython } from "./runPython.ts"

const environment = await pythonEnvironment()

const Progress = Schema.Struct({
  type: Schema.Literal("progress"),
  trial: Schema.Int,
  trials: Schema.optionalKey(Schema.Int),
  bestScore: Schema.Finite,
  note: Schema.String,
})
const Done = Schema.Struct({
  type: Schema.Literal("done"),
  candidate: Candidate,
  validationScore: Schema.NullOr(Schema.Finite),
  trials: Schema.Int,
  state: Schema.Struct({
    metadata: Schema.Struct({ dependency_versions: Schema.Record(Schema.String, Schema.String) }),
  }),
  frozen: Schema.Array(FrozenPrompt),
  dspyVersion: Schema.String,
  endedEarly: Schema.optionalKey(Schema.String),
})
const Failed = Schema.Struct({ type: Schema.Literal("error"), reason: Schema.String, message: Schema.String })
const decodeEvent = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Union([Progress, Done, Failed])))

const signature: Signature = {
  instructions: "Label the message.",
  inputs: [{ name: "message", type: "string" }],
  outputs: [{ name: "label", type: "enum", values: ["refund", "delivery", "praise"] }],
}
const row = (message: string, label: string) => ({ inputs: { message }, outputs: { label } })
const rows = ["refund", "delivery", "praise"].flatMap((label) => [
  row(`a ${label} 1`, label),
  row(`a ${label} 2`, label),
  row(`a trap about ${label}`, label),
])

const jobFor = (endpoint: JobEndpoint, optimizer: string, settings: object = {}, changes: object = {}) => ({
  v: 1,
  id: "job-1",
  signature,
  instructions: signature.instructions,
  reasoning: false,
  adapter: "chat",
  trainset: rows,
  valset: rows.slice(0, 6),
  optimizer: { name: optimizer, settings },
  seed: 3,
  endpoint: { url: `${endpoint.url}/v1`, token, taskModel: "task", promptModel: "prompt" },
  metricUrl: `${endpoint.url}/metric`,
  limits: { maxSeconds: null },
  ...changes,
})

const work = async (line: string) => {
  const run: PythonRun = await runPython(environment, ["-m", "doubletrack_dspy.worker"], { stdin: `${line}\n` })
  expect(`${run.stdout}${run.stderr}`).not.toContain(token)
  const events = run.stdout
    .split("\n")
    .filter(Boolean)
    .map((each) => decodeEvent(each))
  return { ...run, events, last: events.at(-1) }
}

const compile = async (endpoint: JobEndpoint, ...job: [optimizer: string, settings?: object, changes?: object]) => {
  const { last, events, status, stderr } = await work(JSON.stringify(jobFor(endpoint, ...job)))
  if (last?.type !== "done") throw new Error(`${JSON.stringify(last)}\n${stderr}`)
  return { done: last, events, status }
}

describe.skipIf("missing" in environment)("the worker", { timeout: 120_000 }, () => {
  test("bootstraps demos from answers that the metric accepts", async () => {
    const endpoint = await jobEndpoint()

    const { done, events, status } = await compile(endpoint, "bootstrap_few_shot", {
      maxBootstrappedDemos: 3,
      maxLabeledDemos: 4,
    })

    const augmented = done.candidate.demos.filter((demo) => demo.augmented)
    expect(status).toBe(0)
    expect(augmented).toHaveLength(3)
    expect(done.candidate.demos).toHaveLength(4)
    expect(
      augmented.filter(({ inputs, outputs }) => `${inputs.message}`.includes("trap") && outputs.label !== "refund"),
    ).toEqual([])
    expect(done.validationScore).toBeCloseTo(5 / 6)
    expect(done.state.metadata.dependency_versions.dspy).toBe(done.dspyVersion)
    expect(events.slice(0, -1).every(({ type }) => type === "progress")).toBe(true)
    expect(events.some((event) => event.type === "progress" && event.bestScore > 0)).toBe(true)
  })

  test.each([
    ["bootstrap_few_shot", { maxBootstrappedDemos: 2, maxLabeledDemos: 4 }, false],
    ["mipro_v2", { candidates: 3, trials: 3, maxDemos: 2 }, true],
  ])(
    "compiles with %s what is sent and scored alike in Python and in TypeScript",
    async (optimizer, settings, reasoning) => {
      const endpoint = await jobEndpoint()
      const valset = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => row(`riddle ${n}`, n % 2 === 0 ? "refund" : "delivery"))

      const { done } = await compile(endpoint, optimizer, settings, { valset, reasoning })

      const [chat] = done.frozen
      const sent = valset.map(({ inputs }) => (chat === undefined ? [] : formatFrozen(chat, signature, inputs)))
      const answers = sent.map((messages) => {
        const parsed = adapterOf("chat").parse(reply(messages), { signature, candidate: done.candidate })
        return Result.isSuccess(parsed) ? parsed.success["label"] : undefined
      })
      const right = answers.filter((label, index) => label === valset[index]?.outputs.label)
      const byPython = new Set(endpoint.requests.map(({ messages }) => JSON.stringify(messages)))
      expect(done.frozen.map((frozen) => Result.isSuccess(checkParity(frozen, signature)))).toEqual([true, true])
      expect(sent.filter((messages) => !byPython.has(JSON.stringify(messages)))).toEqual([])
      expect(right.length / valset.length).toBeCloseTo(done.validationScore ?? -1)
    },
  )

  test("gives the same program for the same seed", async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(async () =>
        compile(await jobEndpoint(), "bootstrap_few_shot_random_search", { candidates: 3, maxDemos: 4 }),
      ),
    )

    expect(first?.done).toEqual(second?.done)
    expect(first?.done.trials).toBe(6)
  })

  test("writes instructions with MIPROv2, asking the prompt model", async () => {
    const endpoint = await jobEndpoint()

    const { done } = await compile(endpoint, "mipro_v2", { candidates: 2, trials: 2, maxDemos: 2 }, { reasoning: true })

    expect(done.candidate.reasoning).toBe(true)
    expect(done.candidate.instructions.length).toBeGreaterThan(0)
    expect(done.validationScore).toBeGreaterThan(0)
    expect(new Set(endpoint.requests.map(({ model }) => model))).toEqual(new Set(["task", "prompt"]))
    expect(done.frozen.map((frozen) => Result.isSuccess(checkParity(frozen, signature)))).toEqual([true, true])
  })

  test.each([
    ["gepa", { maxMetricCalls: 30 }],
    ["copro", { breadth: 2, depth: 1 }],
    ["simba", { batchSize: 4, steps: 1, candidates: 2 }],
    ["labeled_few_shot", { maxLabeledDemos: 5 }],
  ])("runs %s", async (optimizer, settings) => {
    const { done } = await compile(await jobEndpoint(), optimizer, settings)

    expect(done.validationScore).toBeGreaterThan(0)
    expect(done.frozen).toHaveLength(2)
  })

  test("speaks through the JSON adapter", async () => {
    const endpoint = await jobEndpoint()

    const { done } = await compile(endpoint, "labeled_few_shot", { maxDemos: 2 }, { adapter: "json" })

    expect(done.candidate.adapter).toBe("json")
    expect(done.validationScore).toBeCloseTo(5 / 6)
    expect(endpoint.requests).toHaveLength(6)
  })

  test("tells GEPA's reflection what the metric said", async () => {
    const endpoint = await jobEndpoint()

    await compile(endpoint, "gepa", { maxMetricCalls: 30 })

    const reflected = endpoint.requests
      .filter(({ model }) => model === "prompt")
      .map(({ messages }) => JSON.stringify(messages))
    expect(reflected.some((text) => text.includes("should be delivery") || text.includes("should be praise"))).toBe(
      true,
    )
  })

  test("ends with the best so far where the budget ends", async () => {
    const endpoint = await jobEndpoint({ maxCalls: 20 })

    const { done, status } = await compile(endpoint, "bootstrap_few_shot_random_search", { candidates: 8, maxDemos: 2 })

    expect(status).toBe(0)
    expect(done.endedEarly).toBe("the budget is used up")
    expect(done.validationScore).toBeGreaterThan(0)
    expect(endpoint.requests).toHaveLength(20)
  })

  test.each([
    ["the budget ends before anything is found", { maxCalls: 2 }, {}, "budget_exhausted", /budget is used up/],
    ["the time is over", {}, { limits: { maxSeconds: 0 } }, "budget_exhausted", /0 seconds of the job are over/],
    [
      "the metric fails",
      { metricStatus: 422 },
      {},
      "metric_failed",
      /could not score .*: HTTP 422: the metric module threw/,
    ],
    [
      "the model stays down",
      { modelStatus: 503 },
      {},
      "worker_failed",
      /12 calls in a row failed.*HTTP 503: the model is down/,
    ],
    ["the training set is empty", {}, { trainset: [] }, "invalid_data", /training set is empty/],
    ["a row is no example", {}, { valset: [{ inputs: {} }] }, "invalid_data", /row 1 of valset/],
    [
      "a name cannot be had in DSPy",
      {},
      { signature: { ...signature, inputs: [{ name: "the message", type: "string" }] } },
      "configuration",
      /'the message'/,
    ],
    [
      "a name is an option of DSPy's calls",
      {},
      { signature: { ...signature, inputs: [{ name: "config", type: "string" }] } },
      "configuration",
      /'config' for an option/,
    ],
  ])("says so in one event when %s", async (_, served, changes, reason, message) => {
    const endpoint = await jobEndpoint(served)

    const { last, status, stderr } = await work(
      JSON.stringify(jobFor(endpoint, "bootstrap_few_shot_random_search", { candidates: 4 }, changes)),
    )

    expect(last, stderr).toMatchObject({ type: "error", reason, message: expect.stringMatching(message) })
    expect(status).toBe(1)
  })

  test.each([
    ["no JSON", "rubbish", "invalid_data"],
    ["nothing", "", "invalid_data"],
    ["another version", '{"v":2}', "invalid_data"],
    ["an unknown optimizer", JSON.stringify({ v: 1, optimizer: { name: "knn" }, endpoint: {} }), "configuration"],
  ])("refuses a job that is %s with one event and no trace", async (_, line, reason) => {
    const { events, status, stderr } = await work(line)

    expect(events).toEqual([expect.objectContaining({ type: "error", reason })])
    expect([status, stderr]).toEqual([1, ""])
  })

  test("says that DSPy is missing where it cannot be imported", async () => {
    const job = JSON.stringify(jobFor(await jobEndpoint(), "bootstrap_few_shot"))

    const { stdout } = await runPython(environment, ["-S", "-m", "doubletrack_dspy.worker"], { stdin: `${job}\n` })

    expect(
      stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => decodeEvent(line)),
    ).toEqual([expect.objectContaining({ type: "error", reason: "dspy_unavailable" })])
  })
})

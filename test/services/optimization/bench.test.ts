import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { MetricError } from "../../../src/services/metrics/Metric.ts"
import { ModelError } from "../../../src/services/models/Models.ts"
import { OptimizationBench, type OptimizationError } from "../../../src/services/optimization/Optimizer.ts"
import { countedModel, type JobOptions, onBench, runWith } from "./aJob.ts"
import { colourAnswer, examples, student } from "./colourTask.ts"

const runs = (count: number, from = 0) => OptimizationBench.use((bench) => bench.run(student, examples(count, from)))

const failing = (reason: ModelError["reason"]) =>
  new ModelError({ reason, message: `the provider says ${reason}`, model: "scripted/model" })

const failureOf = (work: Effect.Effect<unknown, OptimizationError, OptimizationBench>, options: JobOptions = {}) =>
  Effect.flip(onBench(work, options))

test("scores come in the order of the examples", async () => {
  const trials = await runWith(countedModel(), onBench(runs(8)))

  expect(trials.map(({ outputs }) => outputs)).toEqual(examples(8).map(() => ({ side: "cold" })))
  expect(trials.map(({ score }) => score)).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
})

test("a batch that does not fit into the calls left is refused as a whole", async () => {
  const model = countedModel()

  const error = await runWith(
    model,
    failureOf(
      Effect.andThen(runs(7), () => runs(4, 50)),
      { limits: { maxCalls: 10 } },
    ),
  )

  expect(model.started()).toBe(7)
  expect(error).toMatchObject({ reason: "budget_exhausted", message: expect.stringContaining("--max-calls") })
})

test("calls are limited exactly where answers have to be asked for again", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 6, max: 11 }), fc.integer({ min: 1, max: 8 }), async (maxCalls, concurrency) => {
      const model = countedModel((request) => (request.messages.length > 0 ? "no section" : ""))

      const error = await runWith(model, failureOf(runs(6), { limits: { maxCalls }, concurrency }))

      expect(model.started()).toBe(maxCalls)
      expect(error.reason).toBe("budget_exhausted")
    }),
    { numRuns: 25 },
  )
})

test("equal calls are made once, also at the same time", async () => {
  const model = countedModel()

  await runWith(model, onBench(Effect.all([runs(5), runs(5), runs(8)], { concurrency: "unbounded" })))

  expect(model.started()).toBe(8)
})

test("repeated tries are calls of their own", async () => {
  const model = countedModel()
  const again = OptimizationBench.use((bench) => bench.run(student, examples(3), { rollout: 1 }))

  await runWith(model, onBench(Effect.andThen(runs(3), () => again)))

  expect(model.started()).toBe(6)
})

test("a cost limit is overshot by no more than the calls in flight", async () => {
  const model = countedModel(colourAnswer, { costUsd: 0.01 })

  const error = await runWith(model, failureOf(runs(40), { limits: { maxCostUsd: 0.1 }, concurrency: 4 }))

  expect(error).toMatchObject({ reason: "budget_exhausted", message: expect.stringContaining("--max-cost") })
  expect(model.finished()).toBeGreaterThanOrEqual(10)
  expect(model.finished()).toBeLessThanOrEqual(13)
})

test("the end of the time aborts what is under way", async () => {
  const model = countedModel(colourAnswer, { latencyMs: 60_000 })

  const error = await runWith(model, failureOf(runs(3), { limits: { maxTimeMs: 30 } }))

  expect(error).toMatchObject({ reason: "budget_exhausted", message: expect.stringContaining("--max-time") })
  expect({ started: model.started(), finished: model.finished() }).toEqual({ started: 3, finished: 0 })
})

describe("a model that fails", () => {
  test("on single examples scores nothing there, and says why", async () => {
    const model = countedModel((request) =>
      request.messages.at(-1)?.content.includes("green") ? failing("refused") : colourAnswer(request),
    )

    const trials = await runWith(model, onBench(runs(8)))

    expect(trials[5]).toMatchObject({ outputs: null, score: 0, feedback: "the provider says refused" })
    expect(trials[6]).toMatchObject({ score: 1 })
  })

  test("on most of the first calls ends the job with its reason", async () => {
    const model = countedModel(() => failing("refused"))

    const error = await runWith(model, failureOf(runs(30), { concurrency: 2 }))

    expect(error.reason).toBe("model_failed")
    expect(error.message).toContain("the provider says refused")
    expect(model.started()).toBeLessThanOrEqual(8)
  })

  test.each(["authentication", "no_key", "unknown_model", "not_found"] as const)(
    "with %s ends the job at once",
    async (reason) => {
      const model = countedModel(() => failing(reason))

      const error = await runWith(model, failureOf(runs(30), { concurrency: 1 }))

      expect(error).toMatchObject({ reason: "configuration", message: `the provider says ${reason}` })
      expect(model.started()).toBe(1)
    },
  )
})

test("a metric that cannot score ends the job with its message", async () => {
  const metric = { name: "own.ts", score: () => Effect.fail(new MetricError({ message: "own.ts threw: no" })) }

  const error = await runWith(countedModel(), failureOf(runs(3), { metric }))

  expect(error).toMatchObject({ reason: "metric_failed", message: "own.ts threw: no" })
})

test("after a kill, only calls that were in flight are made again", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 8 }), async (kill, concurrency) => {
      const model = countedModel()
      const job = (resume: boolean) => onBench(runs(30), { resume, concurrency })
      const killed = Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(job(false))
        while (model.finished() < kill) yield* Effect.promise(() => new Promise(setImmediate))
        yield* Fiber.interrupt(fiber)
      })

      const trials = await runWith(
        model,
        Effect.andThen(killed, () => job(true)),
      )

      expect(trials).toHaveLength(30)
      expect(model.started()).toBeLessThanOrEqual(30 + concurrency)
    }),
    { numRuns: 25 },
  )
})

test("a fresh start pays for everything again", async () => {
  const model = countedModel()

  await runWith(
    model,
    Effect.andThen(onBench(runs(10)), () => onBench(runs(10))),
  )

  expect(model.started()).toBe(20)
})

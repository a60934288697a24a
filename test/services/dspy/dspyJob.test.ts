import { describe, expect, test } from "vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { dspyOptimizer } from "../../../src/services/dspy/dspyOptimizer.ts"
import { pythonEnvironment } from "../../python/pythonEnvironment.ts"
import { countedModel, onBench, optimizing, runWith } from "../optimization/aJob.ts"

const environment = await pythonEnvironment()
const python = "missing" in environment ? {} : environment

const search = optimizing(
  dspyOptimizer("bootstrap_few_shot_random_search", { state: "unused", environment: process.env, ...python }),
  { candidates: 2, maxDemos: 4 },
)

describe.skipIf("missing" in environment)("a job of the real DSPy", { timeout: 180_000 }, () => {
  test("that is killed and resumed makes the same program, repeating no more than was in flight", async () => {
    const whole = countedModel()
    const expected = await runWith(whole, onBench(search))
    const model = countedModel()
    const killed = Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(onBench(search))
      while (model.finished() < whole.started() / 2) yield* Effect.promise(() => new Promise(setImmediate))
      yield* Fiber.interrupt(fiber)
    })

    const resumed = await runWith(
      model,
      Effect.andThen(killed, () => onBench(search, { resume: true })),
    )

    expect(resumed).toEqual(expected)
    expect(model.started()).toBeLessThanOrEqual(whole.started() + 4)
  })

  test("calls no model once its budget is used up, and gives the best so far", async () => {
    const model = countedModel()

    const { candidate, validationScore } = await runWith(model, onBench(search, { limits: { maxCalls: 45 } }))

    expect(model.started()).toBe(45)
    expect(validationScore).toBeGreaterThan(0.5)
    expect(candidate.demos.length).toBeGreaterThan(0)
  })
})

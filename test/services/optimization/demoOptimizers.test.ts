import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bootstrapFewShot } from "../../../src/services/optimization/bootstrapFewShot.ts"
import { knnFewShot } from "../../../src/services/optimization/knnFewShot.ts"
import { labeledFewShot } from "../../../src/services/optimization/labeledFewShot.ts"
import { randomSearch } from "../../../src/services/optimization/randomSearch.ts"
import { countedModel, onBench, optimizing, runWith } from "./aJob.ts"
import { colourAnswer, examples, marked } from "./colourTask.ts"

const optimizers = [labeledFewShot, bootstrapFewShot, randomSearch, knnFewShot]

describe.each(optimizers)("$name", (optimizer) => {
  test("makes the same program from the same seed, whatever the order of the answers", async () => {
    const once = await runWith(countedModel(), onBench(optimizing(optimizer), { concurrency: 1 }))
    const again = await runWith(countedModel(), onBench(optimizing(optimizer), { concurrency: 8 }))

    expect(again).toEqual(once)
  })

  test("makes the same program after a kill at any moment, and repeats no more than was in flight", async () => {
    const whole = countedModel()
    const expected = await runWith(whole, onBench(optimizing(optimizer)))

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.started() }), async (kill) => {
        const model = countedModel()
        const killed = Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(onBench(optimizing(optimizer)))
          while (model.finished() < kill) yield* Effect.promise(() => new Promise(setImmediate))
          yield* Fiber.interrupt(fiber)
        })

        const resumed = await runWith(
          model,
          Effect.andThen(killed, () => onBench(optimizing(optimizer), { resume: true })),
        )

        expect(resumed).toEqual(expected)
        expect(model.started()).toBeLessThanOrEqual(whole.started() + 8)
      }),
      { numRuns: 8 },
    )
  })

  test("never calls more often than allowed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 200 }), async (maxCalls) => {
        const model = countedModel()

        await runWith(model, Effect.result(onBench(optimizing(optimizer), { limits: { maxCalls } })))

        expect(model.started()).toBeLessThanOrEqual(maxCalls)
      }),
      { numRuns: 12 },
    )
  })

  test("never shows more demos than allowed", async () => {
    const { candidate } = await runWith(countedModel(), onBench(optimizing(optimizer, { maxDemos: 3 })))

    expect(candidate.demos.length).toBeLessThanOrEqual(3)
    expect(candidate.retrieval?.k ?? 0).toBeLessThanOrEqual(3)
  })
})

test("labelled demos are different training rows with their own labels", async () => {
  const { candidate } = await runWith(countedModel(), onBench(optimizing(labeledFewShot)))

  expect(candidate.demos).toHaveLength(16)
  expect(new Set(candidate.demos.map(({ inputs }) => inputs["message"])).size).toBe(16)
  expect(examples(40)).toEqual(
    expect.arrayContaining(candidate.demos.map(({ inputs, outputs }) => ({ inputs, outputs }))),
  )
})

test("bootstrapped demos are answers that the metric accepts, followed by other labelled rows", async () => {
  const { candidate } = await runWith(countedModel(), onBench(optimizing(bootstrapFewShot)))

  const bootstrapped = candidate.demos.filter(({ augmented }) => augmented)
  expect(candidate.demos.map(({ augmented }) => augmented)).toEqual(Array.from({ length: 16 }, (_, at) => at < 4))
  expect(examples(40)).toEqual(expect.arrayContaining(bootstrapped.map(({ inputs, outputs }) => ({ inputs, outputs }))))
  expect(new Set(candidate.demos.map(({ inputs }) => inputs["message"])).size).toBe(16)
})

test("an example is never taught its own answer", async () => {
  const shown: Array<boolean> = []
  const model = countedModel((request) => {
    const asked = request.messages.at(-1)?.content ?? ""
    const message = /\w+ thing number \d+/.exec(asked)?.[0] ?? "?"
    shown.push(request.messages.slice(0, -1).some(({ content }) => content.includes(`${message}\n`)))
    return colourAnswer(request)
  })

  await runWith(model, onBench(optimizing(bootstrapFewShot, { maxLabeledDemos: 40 })))

  expect(shown.length).toBeGreaterThan(0)
  expect(shown).not.toContain(true)
})

test("failed tries are repeated in later rounds only", async () => {
  const wrong = countedModel(() => marked("warm").replace("warm", "neither"))
  const calls = async (maxRounds: number) => {
    const before = wrong.started()
    await runWith(wrong, onBench(optimizing(bootstrapFewShot, { maxRounds, maxBootstrappedDemos: 1 })))
    return wrong.started() - before
  }

  const one = await calls(1)
  const three = await calls(3)

  expect(three).toBe(3 * one)
})

test("random search finds demos that no demos are worse than, and says how good", async () => {
  const { candidate, validationScore, trials } = await runWith(countedModel(), onBench(optimizing(randomSearch)))

  expect(validationScore).toBeGreaterThan(0.8)
  expect(candidate.demos.length).toBe(16)
  expect(trials).toBeGreaterThan(1)
})

test("random search with a budget for a few candidates takes the best of them", async () => {
  const { trials } = await runWith(
    countedModel(() => marked("warm")),
    onBench(optimizing(randomSearch), { limits: { maxCalls: 50 } }),
  )

  expect(trials).toBe(2)
})

test("retrieved demos are picked per input from all training rows", async () => {
  const { candidate, validationScore } = await runWith(countedModel(), onBench(optimizing(knnFewShot)))

  expect(candidate.demos).toEqual([])
  expect(candidate.retrieval).toMatchObject({ count: 40, rows: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(validationScore).toBe(1)
})

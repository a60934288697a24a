import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { ModelRequest } from "../../../src/services/models/Models.ts"
import { gepa } from "../../../src/services/optimization/gepa/gepa.ts"
import { miproV2 } from "../../../src/services/optimization/mipro/miproV2.ts"
import { countedModel, onBench, optimizing, runWith } from "./aJob.ts"
import { colourAnswer, marked, signature } from "./colourTask.ts"

const warm = ["red", "orange", "yellow", "pink"]

/** Knows the warm colours that the instructions name, and writes instructions that name those in the question. */
const writingAnswer = (request: ModelRequest): string => {
  const all = request.messages.map(({ content }) => content).join("\n")
  const isQuestion = all.includes("three backticks")
  if (isQuestion)
    return `\`\`\`\n${signature.instructions} Warm: ${warm.filter((each) => all.includes(each)).join()}\n\`\`\``
  const asked = request.messages.at(-1)?.content ?? ""
  const told = request.messages[0]?.content ?? ""
  return warm.some((each) => asked.includes(each) && told.includes(each)) ? marked("warm") : colourAnswer(request)
}

const limits = { maxCalls: 250 }

describe.each([gepa, miproV2])("$name at the real bench", (optimizer) => {
  test("makes the same program from the same seed, whatever the order of the answers", async () => {
    const once = await runWith(countedModel(writingAnswer), onBench(optimizing(optimizer), { limits, concurrency: 1 }))
    const again = await runWith(countedModel(writingAnswer), onBench(optimizing(optimizer), { limits, concurrency: 8 }))

    expect(again).toEqual(once)
    expect(once.candidate.instructions).toMatch(/Warm: \w+/)
  })

  test("makes the same program after a kill at any moment, and repeats no more than was in flight", async () => {
    const whole = countedModel(writingAnswer)
    const expected = await runWith(whole, onBench(optimizing(optimizer), { limits }))

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.started() }), async (kill) => {
        const model = countedModel(writingAnswer)
        const killed = Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(onBench(optimizing(optimizer), { limits }))
          while (model.finished() < kill) yield* Effect.promise(() => new Promise(setImmediate))
          yield* Fiber.interrupt(fiber)
        })

        const resumed = await runWith(
          model,
          Effect.andThen(killed, () => onBench(optimizing(optimizer), { limits, resume: true })),
        )

        expect(resumed).toEqual(expected)
        expect(model.started()).toBeLessThanOrEqual(whole.started() + 8)
      }),
      { numRuns: 5 },
    )
  })

  test("never calls more often than allowed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 250 }), async (maxCalls) => {
        const model = countedModel(writingAnswer)

        await runWith(model, Effect.result(onBench(optimizing(optimizer), { limits: { maxCalls } })))

        expect(model.started()).toBeLessThanOrEqual(maxCalls)
      }),
      { numRuns: 8 },
    )
  })
})

import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { gepa } from "../../../../src/services/optimization/gepa/gepa.ts"
import { addsOneQueue, knownShare, namesOneQueue, queueAnswer, queueTask, rows, student } from "../queueTask.ts"
import { refusal, type Script, scriptedBench } from "../scriptedBench.ts"

const search = async (script: Partial<Script> = {}, given: Parameters<typeof queueTask>[0] = {}) => {
  const { layer, log } = scriptedBench({ answer: queueAnswer, write: addsOneQueue, ...script })
  const result = await Effect.runPromise(Effect.result(Effect.provide(gepa.optimize(queueTask(given)), layer)))
  return { log, result, optimized: result._tag === "Success" ? result.success : undefined }
}

const failureOf = async (...given: Parameters<typeof search>) => {
  const { result } = await search(...given)
  return result._tag === "Failure" ? result.failure : undefined
}

describe("gepa", () => {
  it("learns from mistakes until the instructions name every queue, within 200 calls", async () => {
    const { optimized, log } = await search({ maxCalls: 200 })

    expect(knownShare(optimized?.candidate.instructions ?? "")).toBe(1)
    expect(optimized?.validationScore).toBe(1)
    expect(optimized?.candidate).toMatchObject({ demos: [], adapter: "chat" })
    expect(log.notes.at(-1)).toMatch(/better|merged/)
  })

  it("makes the same program from the same seed, and searches otherwise from another", async () => {
    const one = await search({ maxCalls: 80 })
    const again = await search({ maxCalls: 80 })
    const other = await search({ maxCalls: 80 }, { seed: 2 })

    expect(again.optimized).toEqual(one.optimized)
    expect(again.log).toEqual(one.log)
    expect(other.log.questions).not.toEqual(one.log.questions)
  })

  it("shows the writer what was asked, answered and right, and how it was judged", async () => {
    const { log } = await search({ maxCalls: 40 })

    const [question = ""] = log.questions
    expect(question).toContain("Name the queue.")
    expect(question).toMatch(/letter: letter \d+ about a (\w+)[^]*queue: other[^]*This is the wrong queue[^]*queue: \1/)
  })

  it("accepts no rewrite that is only as good, and scores none of them on the validation set", async () => {
    const { optimized, log } = await search({
      write: (_, number) => `Name the queue, version ${number}.`,
      maxCalls: 120,
    })

    expect(optimized?.candidate).toEqual(student)
    expect(log.runs.filter(({ examples }) => examples.length === 12)).toHaveLength(1)
    expect(log.questions.length).toBeGreaterThan(5)
  })

  it("unites candidates that are good at different rows", async () => {
    const { optimized, log } = await search({ write: namesOneQueue, maxCalls: 400 })

    expect(log.notes.join("\n")).toContain("two candidates are merged")
    expect(knownShare(optimized?.candidate.instructions ?? "")).toBeGreaterThan(1 / 6)
    expect(log.questions.filter((question) => question.includes("First version:")).length).toBeLessThanOrEqual(5)
  })

  it("asks nothing about minibatches without a mistake, and ends all the same", async () => {
    const knowing = { ...student, instructions: "Name the queue, such as refund." }

    const { optimized, log } = await search({}, { student: knowing, trainset: rows(9, 0, ["refund"]) })

    expect(log.questions).toEqual([])
    expect(optimized?.candidate).toEqual(knowing)
  })

  it("asks nothing about a student without a mistake", async () => {
    const { optimized, log } = await search({ answer: (_, { outputs }) => outputs })

    expect(log.calls).toBe(12)
    expect(optimized).toEqual({ candidate: student, validationScore: 1, trials: 1 })
  })

  it.each(["", "```\n\n```", "\u0000…", "```", "42!"])("passes over the proposal %j", async (garbage) => {
    const { optimized, log } = await search({ write: (messages, n) => (n % 2 ? garbage : addsOneQueue(messages)) })

    expect(log.notes).toContain("the model's answer held no instructions")
    expect(knownShare(optimized?.candidate.instructions ?? "")).toBe(1)
  })

  it("goes on after a refusal, and gives up after three in a row", async () => {
    const patient = await search({ write: (messages, number) => (number % 3 === 0 ? addsOneQueue(messages) : refusal) })
    const failure = await failureOf({ write: () => refusal })

    expect(knownShare(patient.optimized?.candidate.instructions ?? "")).toBe(1)
    expect(failure).toBe(refusal)
  })

  it("never wants more calls than are left, and gives the best of what it could afford", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 12, max: 250 }), fc.integer(), async (maxCalls, seed) => {
        const { optimized, log } = await search({ maxCalls }, { seed })

        expect(log.refused).toBe(0)
        expect(log.calls).toBeLessThanOrEqual(maxCalls)
        expect(optimized?.validationScore).toBeCloseTo(knownShare(optimized?.candidate.instructions ?? ""))
      }),
      { numRuns: 40 },
    )
  })

  it("plays one round with the calls that it needs at least, and none with one less", async () => {
    const least = gepa.leastCalls(queueTask())

    const enough = await search({ maxCalls: least })
    const scarce = await search({ maxCalls: least - 1 })

    expect(enough.log.questions).toHaveLength(1)
    expect(enough.optimized?.validationScore).toBeGreaterThan(0)
    expect(scarce.log.calls).toBe(12)
    expect(scarce.optimized?.candidate).toEqual(student)
  })

  it("plays no more rounds than told", async () => {
    const { log } = await search({}, { settings: { maxRounds: 2 } })

    expect(log.questions.length).toBeLessThanOrEqual(2)
  })

  it("selects on the training rows where there are none for validation", async () => {
    const { optimized } = await search({}, { valset: [] })

    expect(optimized?.validationScore).toBe(1)
  })

  it("says what it needs: a capable model, rows, calls for one validation", async () => {
    expect(await failureOf({ isOffline: true })).toMatchObject({ reason: "needs_capable_model" })
    expect(await failureOf({}, { trainset: [] })).toMatchObject({ reason: "invalid_data" })
    expect(await failureOf({ maxCalls: 11 })).toMatchObject({ reason: "budget_exhausted" })
  })

  it("is aborted while the model still writes", async () => {
    const { layer, log } = scriptedBench({ answer: queueAnswer, write: () => "hangs" })

    const exit = await Effect.runPromise(
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Effect.provide(gepa.optimize(queueTask()), layer))
        while (log.questions.length === 0) yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
        return yield* Fiber.await(fiber)
      }),
    )

    expect(exit._tag).toBe("Failure")
    expect(log.questions).toHaveLength(1)
  })
})

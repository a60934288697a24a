import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Candidate } from "../../../../src/Program.ts"
import type { Example } from "../../../../src/Example.ts"
import { meanScore } from "../../../../src/services/optimization/meanScore.ts"
import { miproV2 } from "../../../../src/services/optimization/mipro/miproV2.ts"
import { addsOneQueue, knownShare, queueAnswer, queueTask, rows, student } from "../queueTask.ts"
import { refusal, type Script, scriptedBench } from "../scriptedBench.ts"

/** Proposals name one queue each; what a data summary would say does not matter. */
const search = async (script: Partial<Script> = {}, given: Parameters<typeof queueTask>[0] = {}) => {
  const { layer, log } = scriptedBench({ answer: queueAnswer, write: addsOneQueue, ...script })
  const result = await Effect.runPromise(Effect.result(Effect.provide(miproV2.optimize(queueTask(given)), layer)))
  return { log, result, optimized: result._tag === "Success" ? result.success : undefined }
}

const failureOf = async (...given: Parameters<typeof search>) => {
  const { result } = await search(...given)
  return result._tag === "Failure" ? result.failure : undefined
}

/** As the task itself has it, whatever the optimizer says. */
const recount = (candidate: Candidate | undefined, examples: ReadonlyArray<Example>): number =>
  candidate === undefined
    ? Number.NaN
    : meanScore(
        examples.map((example) => ({
          score: queueAnswer(candidate, example)["queue"] === example.outputs["queue"] ? 1 : 0,
        })),
      )

/** A model that needs the word "carefully" as well as a demo, so that neither alone is best. */
const wantsBoth = (candidate: Candidate, example: Example) =>
  candidate.instructions.includes("carefully") ? queueAnswer(candidate, example) : { queue: "other" }

const writesCarefully = (_: unknown, number: number) => (number % 2 === 0 ? "Sort carefully." : "Sort swiftly.")

const budgets = fc.record({
  spare: fc.integer({ min: 0, max: 700 }),
  large: fc.boolean(),
  labeled: fc.constantFrom(0, 2),
  seed: fc.integer(),
})

describe("miproV2", () => {
  it("finds the instructions and the demos that are best together", async () => {
    const { optimized, log } = await search(
      { answer: wantsBoth, write: writesCarefully, maxCalls: 400 },
      { settings: { maxLabeledDemos: 24, maxBootstrappedDemos: 0 } },
    )

    expect(optimized?.candidate.instructions).toBe("Sort carefully.")
    expect(optimized?.candidate.demos.length).toBeGreaterThan(0)
    expect(optimized?.validationScore).toBe(1)
    expect(log.calls).toBeLessThanOrEqual(400)
  })

  it("reports for its best what the best scores on all validation rows", async () => {
    const { optimized } = await search({}, { valset: rows(80, 100), settings: { maxLabeledDemos: 2 } })

    expect(optimized?.validationScore).toBeGreaterThan(0)
    expect(optimized?.validationScore).toBe(recount(optimized?.candidate, rows(80, 100)))
  })

  it("makes the same program from the same seed, and searches otherwise from another", async () => {
    const one = await search()
    const again = await search()
    const other = await search({}, { seed: 2 })

    expect(again.optimized).toEqual(one.optimized)
    expect(again.log).toEqual(one.log)
    expect(other.log.runs).not.toEqual(one.log.runs)
  })

  it("validates after every fifth trial on a minibatch of 35, and the student at first", async () => {
    const { log } = await search(
      { answer: (_, { inputs, outputs }) => (String(inputs["letter"]).includes("login") ? { queue: "?" } : outputs) },
      { valset: rows(60, 100) },
    )

    const sizes = log.runs.map(({ examples }) => examples.length).filter((size) => size >= 35)
    expect(sizes).toEqual([60, 35, 35, 35, 35, 35, 60, 35, 35, 35, 35, 35, 60])
  })

  it("validates on no more than 100 rows unless told how much to search", async () => {
    const light = await search({}, { valset: rows(150, 100), settings: { maxLabeledDemos: 1 } })
    const told = await search({}, { valset: rows(150, 100), settings: { maxLabeledDemos: 1, candidates: 2 } })

    expect(Math.max(...light.log.runs.map(({ examples }) => examples.length))).toBe(100)
    expect(Math.max(...told.log.runs.map(({ examples }) => examples.length))).toBe(150)
  })

  it("shows the writer the task, what the data are like, examples and the instructions so far", async () => {
    const { log } = await search({
      write: (_, number) =>
        number === 1 ? "Letters of customers." : number === 2 ? "NOTHING NEW" : "In sum: letters.",
    })

    const proposals = log.questions.filter((question) => question.includes("Instructions so far"))
    expect(proposals).toHaveLength(2)
    expect(proposals[0]).toContain("About the data:\nIn sum: letters.")
    expect(proposals[0]).toMatch(/## Example 1\nletter: letter \d+ about a \w+\nqueue: \w+/)
    expect(proposals[0]).toContain("Name the queue.")
  })

  it("leaves the demos alone where none are wanted", async () => {
    const { optimized } = await search({}, { settings: { maxDemos: 0, candidates: 6 } })

    expect(optimized?.candidate.demos).toEqual([])
    expect(knownShare(optimized?.candidate.instructions ?? "")).toBeGreaterThan(0)
  })

  it("searches demos alone where the model proposes nothing of use", async () => {
    const { optimized } = await search({ write: () => "```\n```" })

    expect(optimized?.candidate.instructions).toBe(student.instructions)
    expect(optimized?.candidate.demos.length).toBeGreaterThan(0)
    expect(optimized?.validationScore).toBeGreaterThan(0)
  })

  it("keeps the student where nothing is better", async () => {
    const { optimized } = await search({ answer: () => null })

    expect(optimized?.candidate).toEqual(student)
    expect(optimized?.validationScore).toBe(0)
  })

  it("keeps the student where demos do harm, even if the calls for making them run out", async () => {
    const knowing = { ...student, instructions: "Name the queue, such as refund." }
    const shaken = (candidate: Candidate, example: Example) =>
      candidate.demos.length > 0 ? null : queueAnswer(candidate, example)

    for (let maxCalls = 20; maxCalls < 120; maxCalls += 5) {
      const { optimized } = await search(
        { answer: shaken, write: () => "```\n```", maxCalls },
        { student: knowing, settings: { maxLabeledDemos: 0 } },
      )

      expect(optimized?.candidate).toEqual(knowing)
    }
  })

  it("gives up when the model refuses to write at all", async () => {
    expect(await failureOf({ write: () => refusal })).toBe(refusal)
  })

  it("searches a little even where one candidate is wanted", async () => {
    const { optimized } = await search({}, { settings: { candidates: 1 } })

    expect(optimized?.validationScore).toBeGreaterThan(0)
  })

  it("never wants more calls than are left, and scores what it gives on all validation rows", async () => {
    await fc.assert(
      fc.asyncProperty(budgets, async ({ spare, large, labeled, seed }) => {
        const valset = rows(large ? 60 : 12, 100)
        const maxCalls = valset.length + spare
        const knowing = { ...student, instructions: "Name the queue, such as refund or login." }

        const { optimized, log } = await search(
          { maxCalls },
          { seed, valset, student: knowing, settings: { maxLabeledDemos: labeled } },
        )

        expect(log.refused).toBe(0)
        expect(log.calls).toBeLessThanOrEqual(maxCalls)
        expect(optimized?.validationScore).toBe(recount(optimized?.candidate, valset))
      }),
      { numRuns: 60 },
    )
  })

  it("makes one trial with the calls that it needs at least", async () => {
    for (const valset of [rows(12, 100), rows(60, 100)]) {
      const maxCalls = miproV2.leastCalls(queueTask({ valset }))

      const { log, optimized } = await search({ maxCalls }, { valset })

      expect(log.questions).toHaveLength(1)
      expect(optimized?.trials).toBeGreaterThan(1)
    }
  })

  it("splits the training rows where there are none for validation", async () => {
    const { log, optimized } = await search({}, { trainset: rows(40), valset: [] })

    const lettersOf = (examples: ReadonlyArray<Example> = []) => examples.map(({ inputs }) => String(inputs["letter"]))
    expect(lettersOf(log.runs[0]?.examples).toSorted()).toEqual(lettersOf(rows(40).slice(8)).toSorted())
    expect(optimized?.validationScore).toBeGreaterThan(0)
  })

  it("says what it needs: a capable model, rows, calls for one validation", async () => {
    expect(await failureOf({ isOffline: true })).toMatchObject({ reason: "needs_capable_model" })
    expect(await failureOf({}, { trainset: [] })).toMatchObject({ reason: "invalid_data" })
    expect(await failureOf({ maxCalls: 11 })).toMatchObject({ reason: "budget_exhausted" })
  })
})

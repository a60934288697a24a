import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { ModelError, type ModelRequest } from "../../../src/services/models/Models.ts"
import { ProgramStore } from "../../../src/services/programs/ProgramStore.ts"
import { signatureHash } from "../../../src/signatureHash.ts"
import type { SystemFact } from "../../../src/SystemEvent.ts"
import { type CountedModel, countedModel } from "./aJob.ts"
import { colourWorkflow, folder, jsonl, optimizing, type Optimizing, services, sortedOrNot } from "./anOptimization.ts"
import { examples, signature } from "./colourTask.ts"

type Services = Layer.Success<ReturnType<typeof services>>

const run = <A, E>(model: CountedModel, effect: Effect.Effect<A, E, Services>): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, services(model.layer)))

const failureOf = (model: CountedModel, what: Optimizing) => run(model, Effect.flip(optimizing(what)))
const adopted = ProgramStore.use((store) =>
  store.adopted({ workflow: "colours", step: "sort", signatureHash: signatureHash(signature) }),
)

test("a program that is better is adopted, with its scores on rows of its own", async () => {
  const model = countedModel(sortedOrNot)

  const [[report], program] = await run(model, Effect.all([optimizing(), adopted]))

  expect(report).toMatchObject({
    step: "sort",
    optimizer: "knn_few_shot",
    engine: "embedded",
    adopted: true,
    heldOut: { optimized: 1, n: 36 },
    trials: 3,
  })
  expect(report?.heldOut?.interval[0]).toBeGreaterThan(0)
  expect(report?.calls).toBe(model.started())
  expect(program).toMatchObject({ id: report?.programId, data: { train: 60, validation: 24, heldOut: 36 } })
})

describe("a step whose program in use cannot be read any more", () => {
  /** Optimizes a step whose program was promoted by hand, after this was damaged in the store. */
  const again = async (collection: string, settings = {}, options = {}) => {
    const directory = folder()
    const model = countedModel(sortedOrNot)
    const said: Array<string> = []
    const inStore = <A, E>(effect: Effect.Effect<A, E, Services>) =>
      Effect.runPromise(Effect.provide(effect, services(model.layer, directory)))
    const [before] = await inStore(optimizing({ settings }))
    await inStore(ProgramStore.use((store) => store.promote(before?.programId ?? "")))
    const database = new DatabaseSync(join(directory, "doubletrack.db"))
    database.prepare("update entries set value = value || 'x' where collection = ?").run(collection)
    database.close()
    const calls = model.started()

    const found = await inStore(
      Effect.all({
        unread: Effect.flip(adopted),
        result: Effect.result(
          optimizing({ settings, options: { cache: false, ...options }, notice: (message) => void said.push(message) }),
        ),
        after: Effect.result(adopted),
      }),
    )
    return { ...found, said, id: before?.programId, calls: model.started() - calls }
  }

  test("is compiled as one without a program, which is said, and has one again", async () => {
    const { id, unread, result, after, said } = await again("programs")

    expect(unread.reason).toBe("damaged")
    expect(said).toEqual([
      `step "sort" counts as one without a program, since its own cannot be read: ${unread.message}`,
    ])
    expect(Result.getOrThrow(result)).toMatchObject([{ programId: id, adopted: true }])
    expect(Result.getOrThrow(after)).toMatchObject({ id })
  })

  test("keeps it where it is compiled again, though it would not be adopted today", async () => {
    const { id, result, after } = await again("programs", { adoption: { leastGain: 1 } })

    expect(Result.getOrThrow(result)).toMatchObject([
      { programId: id, adopted: true, reason: expect.stringContaining("though it would not be adopted today") },
    ])
    expect(Result.getOrThrow(after)).toMatchObject({ id })
  })

  test("has none as before where another one is compiled that is not better", async () => {
    const { id, unread, result, after } = await again(
      "programs",
      { adoption: { leastGain: 1 } },
      { optimizer: "labeled_few_shot" },
    )

    const [report] = Result.getOrThrow(result)
    expect(report).toMatchObject({ adopted: false })
    expect(report?.programId).not.toBe(id)
    expect(Result.getOrThrow(Result.flip(after))).toEqual(unread)
  })

  test("is refused before anything is spent where it could not be given another one", async () => {
    const { unread, result, calls } = await again("program_adoptions")

    expect(Result.getOrThrow(Result.flip(result)).message).toBe(unread.message)
    expect(calls).toBe(0)
  })
})

test("selection never sees the held-out rows", async () => {
  const asked: Record<string, Set<string>> = {}
  let phase = ""
  const model = countedModel((request) => {
    const message = /\w+ thing number \d+/.exec(request.messages.at(-1)?.content ?? "")?.[0] ?? ""
    ;(asked[phase] ??= new Set()).add(message)
    return sortedOrNot(request)
  })
  const record = (fact: SystemFact) => {
    if (fact._tag === "OptimizationProgressed") phase = fact.phase
  }

  await run(model, optimizing({ record, options: { optimizer: "bootstrap_few_shot_random_search" } }))

  const { baseline = new Set(), search = new Set(), held_out: heldOut = new Set() } = asked
  expect(heldOut).toEqual(baseline)
  expect([...search].filter((message) => heldOut.has(message))).toEqual([])
  expect(search.size).toBeGreaterThan(20)
})

test("what happens is told in order", async () => {
  const facts: Array<SystemFact> = []

  await run(countedModel(sortedOrNot), optimizing({ record: (fact) => void facts.push(fact) }))

  const phases = facts.map((fact) => (fact._tag === "OptimizationProgressed" ? fact.phase : fact._tag))
  expect([...new Set(phases)]).toEqual([
    "OptimizationStarted",
    "baseline",
    "search",
    "held_out",
    "ProgramCompiled",
    "ProgramAdopted",
  ])
})

describe("adoption", () => {
  /** A cent for each message, so that demos cost. */
  const perMessage = () => countedModel(sortedOrNot, { costUsd: ({ messages }: ModelRequest) => messages.length / 100 })

  test("is refused for the cost alone, and the program is kept with the reason", async () => {
    const [[report], list, program] = await run(
      perMessage(),
      Effect.all([optimizing(), ProgramStore.use(({ list }) => list), adopted]),
    )

    expect(report).toMatchObject({ adopted: false, heldOut: { optimized: 1 } })
    expect(report?.reason).toMatch(/^rejected for its cost alone: .* times as much/)
    expect(list).toMatchObject([
      { program: { id: report?.programId }, status: { adopted: false, reason: report?.reason } },
    ])
    expect(program).toBeNull()
  })

  test("allows the cost that the settings allow", async () => {
    const [report] = await run(perMessage(), optimizing({ settings: { adoption: { largestCostIncrease: 100 } } }))

    expect(report?.adopted).toBe(true)
  })

  test("wants the gain that the settings want", async () => {
    const [report] = await run(countedModel(sortedOrNot), optimizing({ settings: { adoption: { leastGain: 0.9 } } }))

    expect(report?.adopted).toBe(false)
    expect(report?.reason).toContain("adoption.leastGain")
  })

  test("replaces no program that is as good, and leaves the one in use as it is", async () => {
    const search: Optimizing = { options: { optimizer: "bootstrap_few_shot", demos: 16, seed: 11 } }

    const [before, [report], after] = await run(
      countedModel(sortedOrNot),
      Effect.gen(function* () {
        yield* optimizing()
        const before = structuredClone(yield* adopted)
        return [before, yield* optimizing(search), yield* adopted] as const
      }),
    )

    expect(report).toMatchObject({
      adopted: false,
      reason: expect.stringContaining(`the program in use, ${before?.id}`),
    })
    expect(after).toEqual(before)
  })

  test("of the very same program is no news", async () => {
    const anew = optimizing({ options: { cache: false } })

    const [[first], [second]] = await run(countedModel(sortedOrNot), Effect.all([anew, anew]))

    expect(second).toEqual(first)
  })

  test("of the program in use leaves it in use, though stricter settings would not adopt it", async () => {
    const stricter = optimizing({ settings: { adoption: { leastGain: 0.9 } } })

    const [before, [report], after] = await run(
      countedModel(sortedOrNot),
      Effect.gen(function* () {
        yield* optimizing()
        return [yield* adopted, yield* stricter, yield* adopted] as const
      }),
    )

    expect(report).toMatchObject({
      adopted: true,
      programId: before?.id,
      reason: expect.stringMatching(/stays so, though it would not be adopted today: .*adoption\.leastGain/),
    })
    expect(after).toEqual(before)
  })
})

describe("limits", () => {
  test("of calls hold for the whole job", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 40, max: 400 }),
        fc.constantFrom("knn_few_shot", "bootstrap_few_shot_random_search", "bootstrap_few_shot"),
        async (maxCalls, optimizer) => {
          const model = countedModel(sortedOrNot)

          const [report] = await run(model, optimizing({ options: { optimizer, limits: { maxCalls } } }))

          expect(model.started()).toBeLessThanOrEqual(maxCalls)
          expect(report?.calls).toBe(model.started())
          expect(report?.heldOut).not.toBeNull()
        },
      ),
      { numRuns: 12 },
    )
  })

  test("that are too small are refused before a call, with the least number that works", async () => {
    const model = countedModel(sortedOrNot)
    const options = { optimizer: "bootstrap_few_shot_random_search" }

    const error = await failureOf(model, { options: { ...options, limits: { maxCalls: 12 } } })
    const least = Number(/needs at least (\d+)/.exec(error.message)?.[1])

    expect(error).toMatchObject({ reason: "budget_too_small" })
    expect(model.started()).toBe(0)
    const [report] = await run(model, optimizing({ options: { ...options, limits: { maxCalls: least } } }))
    expect(report?.trials).toBe(2)
  })

  test("of cost leave enough to measure what was found", async () => {
    const model = countedModel(sortedOrNot, { costUsd: 0.01 })

    const [report] = await run(
      model,
      optimizing({ options: { optimizer: "bootstrap_few_shot_random_search", limits: { maxCostUsd: 2 } } }),
    )

    expect(report?.heldOut).not.toBeNull()
    expect(model.finished() * 0.01).toBeLessThanOrEqual(2 + 8 * 0.01)
  })

  test("of cost leave enough where prompts with demos cost more", async () => {
    let spentUsd = 0
    const costUsd = ({ messages }: ModelRequest) => {
      spentUsd += messages.length / 100
      return messages.length / 100
    }

    const [report] = await run(
      countedModel(sortedOrNot, { costUsd }),
      optimizing({ options: { optimizer: "bootstrap_few_shot_random_search", limits: { maxCostUsd: 40 } } }),
    )

    expect(report?.heldOut).not.toBeNull()
    expect(spentUsd).toBeLessThanOrEqual(40 + 8 * 0.34)
  })
})

describe("limits of several steps", () => {
  const [step] = colourWorkflow.steps
  const workflow = { ...colourWorkflow, steps: [step, { ...step, name: "again" }] } as const

  test("hold for all of them together", async () => {
    const model = countedModel(sortedOrNot)

    const reports = await run(model, optimizing({ workflow, options: { limits: { maxCalls: 120 } } }))

    expect(reports.map(({ step }) => step)).toEqual(["sort", "again"])
    expect(model.started()).toBeLessThanOrEqual(120)
  })

  test("leave out steps that the data do not fit, and say so", async () => {
    const other = {
      ...step,
      name: "other",
      signature: { ...signature, inputs: [{ name: "title", type: "string" }] },
    } as const
    const notices: Array<string> = []

    const reports = await run(
      countedModel(sortedOrNot),
      optimizing({ workflow: { ...workflow, steps: [other, step] }, notice: (message) => void notices.push(message) }),
    )

    expect(reports.map(({ step }) => step)).toEqual(["sort"])
    expect(notices.join("\n")).toMatch(/^left out: .*train\.jsonl/)
  })
})

test("calls of a judging model count", async () => {
  const verdict = JSON.stringify({ reason: "as expected", score: 1 })
  const model = countedModel((request) =>
    request.messages[0]?.content.startsWith("You grade") ? verdict : sortedOrNot(request),
  )
  const options = { metric: "llm_judge", limits: { maxCalls: 150 } }

  const [report] = await run(model, optimizing({ options }))

  expect(report?.heldOut).toMatchObject({ baseline: 1, optimized: 1 })
  expect(report?.calls).toBe(model.started())
  expect(model.started()).toBeLessThanOrEqual(150)
})

test("a job that is killed at any moment and resumed makes the same program, repeating no more than was in flight", async () => {
  const whole = countedModel(sortedOrNot)
  const options = { optimizer: "bootstrap_few_shot_random_search" }
  const [expected] = await run(whole, optimizing({ options }))

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.started() - 20 }), async (kill) => {
      const model = countedModel(sortedOrNot)
      const killed = Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(optimizing({ options }))
        while (model.finished() < kill) yield* Effect.promise(() => new Promise(setImmediate))
        yield* Fiber.interrupt(fiber)
      })

      const [resumed] = await run(
        model,
        Effect.andThen(killed, () => optimizing({ options: { ...options, resume: true } })),
      )

      expect(resumed).toEqual(expected)
      expect(model.started()).toBeLessThanOrEqual(whole.started() + 8)
    }),
    { numRuns: 10 },
  )
})

describe("bad input", () => {
  test("too few rows are refused with their number", async () => {
    const error = await failureOf(countedModel(), { files: { "train.jsonl": jsonl(examples(6)) } })

    expect(error).toMatchObject({
      reason: "invalid_data",
      message: expect.stringMatching(/has 6 usable rows; at least 10/),
    })
  })

  test("rows that are in both files are taken out of the training data, and counted", async () => {
    const notices: Array<string> = []

    const valset = join(folder({ "val.jsonl": jsonl(examples(30, 100)) }), "val.jsonl")

    await run(
      countedModel(sortedOrNot),
      Effect.andThen(
        optimizing({ options: { valset }, notice: (message) => void notices.push(message) }),
        () => adopted,
      ),
    )

    expect(notices.join()).toMatch(/train\.jsonl:\d+:1: warning: 20 of its inputs are in .*val\.jsonl, too/)
  })

  test("a metric module that throws ends the job with its message", async () => {
    const model = countedModel(sortedOrNot)
    const metric = "export const metric = () => { throw new Error('no idea') }"
    const [step] = colourWorkflow.steps
    const config = { ...step.dspy_config, evaluation_metric: "./own.mjs" }

    const error = await failureOf(model, {
      files: { "own.mjs": metric },
      workflow: { ...colourWorkflow, steps: [{ ...step, dspy_config: config }] },
    })

    expect(error).toMatchObject({ reason: "metric_failed", message: expect.stringContaining("no idea") })
  })

  test("a model that refuses ends the job with what it says", async () => {
    const refusing = countedModel(
      () => new ModelError({ reason: "refused", message: "it will not", model: "scripted/model" }),
    )

    const error = await failureOf(refusing, {})

    expect(error).toMatchObject({ reason: "model_failed", message: expect.stringContaining("it will not") })
    expect(refusing.started()).toBeLessThan(20)
  })

  test("a prompt that needs what the rows lack is no bad prompt but a mistake", async () => {
    const [step] = colourWorkflow.steps
    const prompt = [{ type: "static", content: "{{inputs.tone}}: {{inputs.message}}" }] as const
    const workflow = { ...colourWorkflow, steps: [{ ...step, prompt }] } as const

    const error = await failureOf(countedModel(sortedOrNot), { workflow })

    expect(error).toMatchObject({ reason: "configuration", message: expect.stringContaining("tone") })
  })
})

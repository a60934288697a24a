import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, test } from "vitest"
import { OptimizationCache } from "../../../src/services/cache/OptimizationCache.ts"
import type { OptimizeReport } from "../../../src/services/optimization/concludeJob.ts"
import { ProgramStore } from "../../../src/services/programs/ProgramStore.ts"
import { signatureHash } from "../../../src/signatureHash.ts"
import type { SystemFact } from "../../../src/SystemEvent.ts"
import { countedModel, type CountedModel } from "./aJob.ts"
import { colourWorkflow, jsonl, optimizing, services, sortedOrNot } from "./anOptimization.ts"
import { examples, signature } from "./colourTask.ts"

type Services = Layer.Success<ReturnType<typeof services>>

const run = <A, E>(model: CountedModel, effect: Effect.Effect<A, E, Services>) =>
  Effect.runPromise(Effect.provide(effect, services(model.layer)))

const hash = signatureHash(signature)

const anOptimization = (given: Parameters<typeof optimizing>[0] = {}) =>
  Effect.map(optimizing(given), ([report]) => report as OptimizeReport)

/** Rows that suffice where it does not matter what comes out. */
const few = { files: { "train.jsonl": jsonl(examples(24)) } }

const adopted = ProgramStore.use((store) => store.adopted({ workflow: "colours", step: "sort", signatureHash: hash }))

describe("the same optimization asked for again", () => {
  test("is answered without a call, and says so", async () => {
    const model = countedModel(sortedOrNot)
    const facts: Array<SystemFact> = []

    const { first, calls, second } = await run(
      model,
      Effect.gen(function* () {
        const first = yield* anOptimization()
        const calls = model.started()
        return { first, calls, second: yield* anOptimization({ record: (fact) => facts.push(fact) }) }
      }),
    )

    expect(first).toMatchObject({ adopted: true, cached: false, calls })
    expect(model.started()).toBe(calls)
    expect(second).toEqual({
      ...first,
      cached: true,
      calls: 0,
      costUsd: 0,
      reason: expect.stringMatching(
        new RegExp(`; compiled \\d+ s ago with ${calls} calls, and taken from the memory cache$`),
      ),
    })
    expect(facts.map(({ _tag }) => _tag)).toEqual(["ProgramAdopted"])
  })

  test("is judged by the criteria that hold now", async () => {
    const model = countedModel(sortedOrNot)

    const { strict, before } = await run(
      model,
      Effect.gen(function* () {
        const { programId } = yield* anOptimization()
        const before = model.started()
        yield* ProgramStore.use((store) => store.withdraw(programId, "by hand"))
        return { strict: yield* anOptimization({ settings: { adoption: { leastGain: 0.9 } } }), before }
      }),
    )

    expect(strict).toMatchObject({ adopted: false, cached: true, calls: 0 })
    expect(strict.reason).toMatch(/adoption\.leastGain/)
    expect(model.started()).toBe(before)
  })

  test("is measured beside the program in use where that was not, and not searched for again", async () => {
    const model = countedModel(sortedOrNot)

    const { first, measured, searched } = await run(
      model,
      Effect.gen(function* () {
        const first = yield* anOptimization()
        const searched = model.started()
        yield* anOptimization({ options: { optimizer: "labeled_few_shot", demos: 1, cache: false } })
        const weak = (yield* ProgramStore.use((store) => store.list)).find(
          ({ program }) => program.id !== first.programId,
        )
        yield* ProgramStore.use((store) => store.promote(weak?.program.id ?? ""))
        return { first, searched, measured: yield* anOptimization() }
      }),
    )

    expect(measured).toMatchObject({ programId: first.programId, cached: true, adopted: true })
    expect(measured.reason).toMatch(/over the program in use, prog-.* measured again beside the program in use$/)
    expect(measured.calls).toBeGreaterThan(0)
    expect(measured.calls).toBeLessThan(searched)
  })

  test.each<[string, Parameters<typeof optimizing>[0]]>([
    ["a seed", { settings: { seed: 4 } }],
    ["a limit", { options: { limits: { maxCalls: 100_000 } } }],
    ["an optimizer", { options: { optimizer: "labeled_few_shot" } }],
    ["a setting of the optimizer", { options: { demos: 3 } }],
    ["a metric", { options: { metric: "contains" } }],
    ["a variable that prompts may use", { workflow: { ...colourWorkflow, global_vars: { tone: "curt" } } }],
    [
      "the prompt that it is measured against",
      {
        workflow: {
          ...colourWorkflow,
          steps: [
            { ...colourWorkflow.steps[0], prompt: [{ type: "static", content: "Warm or cold? {{inputs.message}}" }] },
          ],
        },
      },
    ],
  ])("is another one with %s", async (_what, other) => {
    const report = await run(
      countedModel(sortedOrNot),
      Effect.andThen(anOptimization(few), anOptimization({ ...few, ...other })),
    )

    expect(report).toMatchObject({ cached: false })
  })

  test.each<[string, Parameters<typeof optimizing>[0]]>([
    ["--no-cache", { options: { cache: false } }],
    ["--resume", { options: { resume: true } }],
    ["cache.enabled: false in the settings", { settings: { cache: { enabled: false } } }],
    [
      "cache_enabled: false in the workflow",
      { workflow: { ...colourWorkflow, dspy_config: { cache_enabled: false } } },
    ],
    [
      "cache_enabled: false in the step",
      {
        workflow: {
          ...colourWorkflow,
          steps: [
            {
              ...colourWorkflow.steps[0],
              dspy_config: { ...colourWorkflow.steps[0].dspy_config, cache_enabled: false },
            },
          ],
        },
      },
    ],
  ])("is made again with %s, and not kept", async (_what, uncached) => {
    const { again, reports } = await run(
      countedModel(sortedOrNot),
      Effect.gen(function* () {
        yield* anOptimization(few)
        const again = yield* anOptimization({ ...few, ...uncached })
        return { again, reports: yield* OptimizationCache.use(({ report }) => report) }
      }),
    )

    expect(again).toMatchObject({ cached: false })
    expect(reports).toMatchObject({ stored: 1 })
  })

  test("is made again after its signature was invalidated", async () => {
    const report = await run(
      countedModel(sortedOrNot),
      Effect.gen(function* () {
        yield* anOptimization()
        yield* OptimizationCache.use((cache) => cache.invalidate(hash))
        return yield* anOptimization()
      }),
    )

    expect(report).toMatchObject({ cached: false })
  })
})

test("a program whose signature is invalidated while it is compiled is neither adopted nor kept", async () => {
  const model = countedModel(sortedOrNot)

  const { report, now, again } = await run(
    model,
    Effect.gen(function* () {
      const cache = yield* OptimizationCache
      let invalidated = false
      const report = yield* anOptimization({
        record: (fact) => {
          if (fact._tag !== "OptimizationProgressed" || invalidated) return
          invalidated = true
          Effect.runFork(cache.invalidate(hash))
        },
      })
      return { report, now: yield* adopted, again: yield* anOptimization() }
    }),
  )

  expect(report).toMatchObject({ adopted: false, reason: expect.stringMatching(/was invalidated while/) })
  expect(now).toBeNull()
  expect(again).toMatchObject({ cached: false, adopted: true })
})

describe("who lost the lease", () => {
  /** The cache of a node whose first lease is somebody else's before it ends; later ones hold. */
  const losing = (lost: "at the end" | "on the way") =>
    Layer.effect(
      OptimizationCache,
      Effect.map(OptimizationCache, (cache) => {
        let leases = 0
        const acquire = () =>
          Effect.sync(() => {
            leases += 1
            return { token: leases, renew: Effect.succeed(leases > 1), release: Effect.void }
          })
        return OptimizationCache.of({ ...cache, leases: { holdMs: lost === "at the end" ? 60_000 : 30, acquire } })
      }),
    )

  test.each(["at the end", "on the way"] as const)(
    "%s neither keeps nor adopts its result, and asks no model twice for the next",
    async (lost) => {
      const model = countedModel(sortedOrNot, { latencyMs: lost === "at the end" ? 0 : 1 })
      const facts: Array<string> = []

      const { report, stored } = await run(
        model,
        Effect.gen(function* () {
          const report = yield* anOptimization({ record: ({ _tag }) => facts.push(_tag) })
          return { report, stored: yield* OptimizationCache.use((cache) => cache.report) }
        }).pipe(Effect.provide(losing(lost))),
      )

      expect(report).toMatchObject({ adopted: true, cached: false, calls: model.finished() })
      expect(facts.filter((tag) => tag === "OptimizationStarted")).toHaveLength(2)
      expect(facts.filter((tag) => tag === "ProgramAdopted")).toHaveLength(1)
      expect(stored).toMatchObject({ stored: 1 })
    },
  )
})

test("two that ask for the same at the same time share one compilation", async () => {
  const model = countedModel(sortedOrNot)
  const notices: Array<string> = []

  const reports = await run(
    model,
    Effect.all([anOptimization(), anOptimization({ notice: (said) => notices.push(said) })], { concurrency: 2 }),
  )

  expect(reports.map(({ cached }) => cached).toSorted()).toEqual([false, true])
  expect(reports.map(({ calls }) => calls)).toContain(model.started())
  expect(notices.filter((said) => said.includes("by another process")).length).toBeLessThanOrEqual(1)
})

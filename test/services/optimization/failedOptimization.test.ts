import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { describe, expect, test } from "vitest"
import { OptimizationCache } from "../../../src/services/cache/OptimizationCache.ts"
import { ModelError, type ModelRequest, Models } from "../../../src/services/models/Models.ts"
import { signatureHash } from "../../../src/signatureHash.ts"
import { shiftedClock } from "../cache/shiftedClock.ts"
import { countedModel, type CountedModel } from "./aJob.ts"
import { type Optimizing, folder, jsonl, optimizing, services, sortedOrNot } from "./anOptimization.ts"
import { examples, signature } from "./colourTask.ts"

type Services = Layer.Success<ReturnType<typeof services>>

const run = <A, E>(model: CountedModel, effect: Effect.Effect<A, E, Services>, { clock } = shiftedClock()) =>
  Effect.runPromise(Effect.provideService(Effect.provide(effect, services(model.layer)), Clock.Clock, clock))

/** Rows that suffice where it does not matter what comes out. */
const few = { files: { "train.jsonl": jsonl(examples(24)) } }

/** What came of it: the report, or why there is none. */
const attempt = (given: Optimizing = {}) => Effect.suspend(() => Effect.result(optimizing({ ...few, ...given })))
const background = { failuresAfterMs: 0 }
const inBackground = attempt({ background })

/** A model that cannot be reached while `isAway` says so. */
const modelAway = (isAway: (request: ModelRequest) => boolean = () => true) =>
  countedModel((request) =>
    isAway(request)
      ? new ModelError({ reason: "unreachable", message: "nobody answers", model: request.model })
      : sortedOrNot(request),
  )

const answeringAfter = (gate: Effect.Effect<void>, model: CountedModel): CountedModel => ({
  ...model,
  layer: Layer.effect(
    Models,
    Effect.map(Models, (models) =>
      Models.of({ ...models, generate: (request) => Effect.andThen(gate, models.generate(request)) }),
    ),
  ).pipe(Layer.provide(model.layer)),
})

const messageOf = (result: Result.Result<unknown, { readonly message: string }>): string =>
  Result.isFailure(result) ? result.failure.message : "it did not fail"

describe("an optimization that failed", () => {
  test("is not made again in the background for five minutes, and says so", async () => {
    let away = true
    const model = modelAway(() => away)
    const time = shiftedClock()

    const { first, calls, second, callsThen, third } = await run(
      model,
      Effect.gen(function* () {
        const first = yield* inBackground
        away = false
        const calls = model.started()
        time.advance(90_000)
        const second = yield* inBackground
        const callsThen = model.started()
        time.advance(300_000)
        return { first, calls, second, callsThen, third: yield* inBackground }
      }),
      time,
    )

    expect(messageOf(first)).toMatch(/^6 of the first 6 calls failed; the last one: .*nobody answers$/)
    expect(calls).toBeGreaterThan(0)
    expect(messageOf(second)).toBe(
      'the same optimization of step "sort" failed 1 min ago, here or on another node, and is not made again at once ' +
        `(\`doubletrack optimize\` does that): ${messageOf(first)}`,
    )
    expect(callsThen).toBe(calls)
    expect(Result.isSuccess(third)).toBe(true)
  })

  test("is made again where a person asks for it, who is told that it failed before", async () => {
    let away = true
    const notices: Array<string> = []

    const { asked, again } = await run(
      modelAway(() => away),
      Effect.gen(function* () {
        yield* inBackground
        away = false
        const asked = yield* attempt({ notice: (said) => notices.push(said) })
        return { asked, again: yield* inBackground }
      }),
    )

    expect(asked).toMatchObject({ success: [{ cached: false }] })
    expect(notices).toContainEqual(
      expect.stringMatching(/^the same optimization .* failed 0 s ago, .* is made again: /),
    )
    expect(again).toMatchObject({ success: [{ cached: true }] })
  })

  test("answers those who waited for it, persons, too", async () => {
    const waited = Deferred.makeUnsafe<void>()
    const notices: Array<string> = []
    const asked = attempt({
      notice: (said) => {
        notices.push(said)
        if (said.includes("waiting for it")) Deferred.doneUnsafe(waited, Effect.void)
      },
      record: ({ _tag }) => notices.push(_tag),
    })

    const results = await run(
      answeringAfter(Deferred.await(waited), modelAway()),
      Effect.all([asked, asked], { concurrency: 2 }),
    )

    expect(results.map(messageOf).toSorted()).toEqual([
      expect.stringMatching(/^6 of the first/),
      expect.stringMatching(/^the same optimization of step "sort" failed 0 s ago/),
    ])
    expect(notices.filter((said) => said === "OptimizationStarted")).toHaveLength(1)
  })

  test.each([
    ["for measuring the prompt", "the prompt", /The budget is used up: no more fits/],
    ["for measuring what was found", "the program", /the budget was used up before the program was measured/],
  ])("is remembered where the budget did not suffice %s", async (_what, costly, message) => {
    const isProgram = ({ messages }: ModelRequest) => messages.some(({ content }) => content.includes("[[ ##"))
    const model = countedModel(sortedOrNot, {
      costUsd: (request) => (isProgram(request) === (costly === "the program") ? 1 : 0.001),
    })
    const spending = attempt({ background, options: { limits: { maxCostUsd: 0.5 }, concurrency: 1 } })

    const { calls, second } = await run(
      model,
      Effect.gen(function* () {
        yield* spending
        return { calls: model.started(), second: yield* spending }
      }),
    )

    expect(messageOf(second)).toMatch(/^the same optimization of step "sort" failed 0 s ago/)
    expect(messageOf(second)).toMatch(message)
    expect(model.started()).toBe(calls)
  })

  test("is forgotten when its signature is invalidated", async () => {
    let away = true
    const result = await run(
      modelAway(() => away),
      Effect.gen(function* () {
        yield* inBackground
        away = false
        yield* OptimizationCache.use((cache) => cache.invalidate(signatureHash(signature)))
        return yield* inBackground
      }),
    )

    expect(result).toMatchObject({ success: [{ cached: false }] })
  })
})

describe("what is not remembered as a failure", () => {
  const throwing = `export const metric = () => { throw new Error("not this one") }`

  test.each<[string, ModelError["reason"] | null, () => Optimizing]>([
    ["a key that the model does not accept", "authentication", () => ({})],
    ["a model that is not known", "unknown_model", () => ({})],
    [
      "a metric of one's own that fails",
      null,
      () => ({ options: { metric: join(folder({ "own.ts": throwing }), "own.ts") } }),
    ],
    ["a failure with --no-cache", "unreachable", () => ({ options: { cache: false } })],
  ])("is %s", async (_what, reason, order) => {
    const given = order()
    const model = countedModel((request) =>
      reason === null ? sortedOrNot(request) : new ModelError({ reason, message: "no", model: request.model }),
    )

    const { first, second, calls } = await run(
      model,
      Effect.gen(function* () {
        const first = yield* attempt({ background, ...given })
        const calls = model.started()
        return { first, calls, second: yield* attempt({ background, ...given }) }
      }),
    )

    expect(Result.isFailure(first)).toBe(true)
    expect(messageOf(second)).toBe(messageOf(first))
    expect(model.started()).toBeGreaterThan(calls)
  })

  test("is that somebody cancelled it", async () => {
    const model = countedModel(sortedOrNot, { latencyMs: 1 })

    const result = await run(
      model,
      Effect.gen(function* () {
        const cancelled = yield* Effect.forkChild(inBackground)
        while (model.started() === 0) yield* Effect.promise(() => new Promise(setImmediate))
        yield* Fiber.interrupt(cancelled)
        return yield* inBackground
      }),
    )

    expect(result).toMatchObject({ success: [{ cached: false }] })
  })
})

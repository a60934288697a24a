import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { OwnStepContext, OwnStepType } from "../../../src/services/executors/OwnStepType.ts"
import { aTask } from "./aTask.ts"
import { execute } from "./execute.ts"
import { failure, promptOf, scriptedModels, usage } from "./scriptedModels.ts"

const own = (run: OwnStepType["run"], type = "shout"): ReadonlyArray<OwnStepType> => [{ type, run }]
const silent = scriptedModels(() => "")

describe("an own step type", () => {
  it.effect("sees its filled step, the run and its prompt", () =>
    Effect.gen(function* () {
      const seen: Array<OwnStepContext> = []
      const task = aTask(
        { type: "shout", volume: "{{inputs.volume}}", prompt: [{ type: "static", content: "Hi {{who}}" }] },
        { scope: { inputs: { volume: 11 }, variables: { who: "Ada" }, results: { sort: { text: "A" } } } },
      )

      yield* execute(
        task,
        silent,
        own(async (context) => {
          seen.push(context)
          return "done"
        }),
      )

      const [context] = seen
      assert.strictEqual(context?.prompt, "Hi Ada")
      assert.strictEqual(context?.step["volume"], 11)
      assert.deepStrictEqual(context?.inputs, { volume: 11 })
      assert.deepStrictEqual(context?.variables, { who: "Ada" })
      assert.deepStrictEqual(context?.results, { sort: { text: "A" } })
      assert.isFalse(context?.signal.aborted)
    }),
  )

  it.effect("answers with a text or with keys of its own", () =>
    Effect.gen(function* () {
      const text = yield* execute(
        aTask({ type: "shout" }),
        silent,
        own(async () => "HEY"),
      )
      const keys = yield* execute(
        aTask({ type: "shout" }),
        silent,
        own(async () => ({ volume: 11 })),
      )

      assert.deepStrictEqual(text.result, { success: true, text: "HEY", cost: 0, model: null })
      assert.deepInclude(keys.result, { success: true, volume: 11, text: '{\n  "volume": 11\n}' })
    }),
  )

  it.effect("calls models at the step's expense", () =>
    Effect.gen(function* () {
      const models = scriptedModels((request) => promptOf(request).toUpperCase())
      const twice = own(async ({ callModel }) => {
        const first = await callModel("one", { family: "gemini", temperature: 0 })
        const second = await callModel([{ role: "user", content: "two" }])
        return `${first.text} ${second.text}`
      })

      const answer = yield* execute(aTask({ type: "shout" }), models, twice)

      assert.strictEqual(answer.result["text"], "ONE TWO")
      assert.deepStrictEqual(
        models.requests.map(({ model }) => model),
        ["gemini/default", "claude/default"],
      )
      assert.deepStrictEqual(answer.usage, { tokens: { input: 20, output: 10 }, costUsd: 0.02 })
    }),
  )

  it.effect.each([
    [() => Promise.reject(new Error("no microphone")), "no microphone"],
    [
      () => {
        throw new TypeError("not a promise")
      },
      "not a promise",
    ],
    [() => Promise.reject("only a text"), "only a text"],
  ] as const)("fails its step with the message of what it throws", ([run, message]) =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(execute(aTask({ type: "shout" }), silent, own(run)))

      assert.strictEqual(failed.reason, "defect")
      assert.strictEqual(failed.message, `Step "draft" (shout): ${message}`)
    }),
  )

  it.effect("fails as the model did that it called, with what was spent", () =>
    Effect.gen(function* () {
      const models = scriptedModels((_, call) => (call === 1 ? "ok" : failure("authentication")))
      const twice = own(async ({ callModel }) => {
        await callModel("one")
        return (await callModel("two")).text
      })

      const failed = yield* Effect.flip(execute(aTask({ type: "shout" }), models, twice))

      assert.strictEqual(failed.reason, "authentication")
      assert.deepStrictEqual(failed.usage, usage)
    }),
  )

  it.effect("must return a text or JSON", () =>
    Effect.gen(function* () {
      const date: unknown = { when: new Date(0) }
      const wrong = [undefined, 3, date].map(
        (value): OwnStepType["run"] =>
          () =>
            Promise.resolve(value as string),
      )

      const failures = yield* Effect.forEach(wrong, (run) =>
        Effect.flip(execute(aTask({ type: "shout" }), silent, own(run))),
      )

      for (const { message } of failures) {
        assert.strictEqual(message, 'Step "draft": step type "shout" must return a string or a JSON object.')
      }
    }),
  )

  it.live("hears of its cancellation", () =>
    Effect.gen(function* () {
      const heard: Array<string> = []
      const patient = own(
        ({ signal }) =>
          new Promise(() => {
            heard.push("started")
            signal.addEventListener("abort", () => heard.push("aborted"))
          }),
      )
      const running = yield* Effect.forkChild(execute(aTask({ type: "shout" }), silent, patient))
      yield* Effect.repeat(Effect.yieldNow, { until: () => heard.length === 1 })

      yield* Fiber.interrupt(running)

      assert.deepStrictEqual(heard, ["started", "aborted"])
    }),
  )

  it.effect("replaces a built-in one of the same name", () =>
    Effect.gen(function* () {
      const { result } = yield* execute(
        aTask({ type: "file_ops" }),
        silent,
        own(async () => "my own files", "file_ops"),
      )

      assert.strictEqual(result["text"], "my own files")
    }),
  )
})

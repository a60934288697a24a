import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { JsonObject } from "../../../src/Json.ts"
import { stepTypesLayer } from "../../../src/services/executors/StepTypes.ts"
import { dryRun } from "../../../src/services/prompts/dryRun.ts"
import type { Step } from "../../../src/Step.ts"
import { settings, strictSettings } from "../executors/aTask.ts"
import { promptsWithoutFiles } from "../executors/execute.ts"

const says = (name: string, content: string, more: Partial<Step> = {}): Step => ({
  name,
  type: "claude",
  prompt: [{ type: "static", content }],
  ...more,
})

const own = stepTypesLayer([{ type: "shout", run: async () => "HEY" }])

const promptsOf = (steps: readonly [Step, ...Array<Step>], inputs: JsonObject = {}, given = settings) =>
  dryRun(
    { workflow: { name: "demo", steps, global_vars: { tone: "kind" } }, directory: "/pipelines", warnings: [] },
    inputs,
    given,
  ).pipe(
    Effect.map(({ prompts }) => prompts),
    Effect.provide(Layer.mergeAll(promptsWithoutFiles, own)),
  )

describe("a dry run", () => {
  it.effect("shows every prompt that is known, in order", () =>
    Effect.gen(function* () {
      const prompts = yield* promptsOf(
        [says("a", "{{inputs.message}}, be {{global_vars.tone}}"), says("b", "and", { type: "gemini" })],
        { message: "Hello" },
      )

      assert.deepStrictEqual(prompts, [
        { step: "a", prompt: "Hello, be kind", complete: true },
        { step: "b", prompt: "and", complete: true },
      ])
    }),
  )

  it.effect("marks what waits for an earlier answer, in parts, templates and variables", () =>
    Effect.gen(function* () {
      const prompts = yield* promptsOf([
        says("a", "first"),
        says("b", "", { prompt: [{ type: "previous_response", step: "a", extract: "text" }] }),
        says("c", "label {{steps.a.outputs.label}}, said {{a.text}}"),
        { name: "d", type: "set_variable", variables: { said: "<{{steps.b.text}}>" } },
        says("e", "{{said}}"),
        says("f", "sum {{steps.a.cost * 2}}"),
      ])

      assert.deepStrictEqual(prompts, [
        { step: "a", prompt: "first", complete: true },
        { step: "b", prompt: "‹answer of step a: text›", complete: false },
        {
          step: "c",
          prompt: "label ‹answer of step a: outputs.label›, said ‹answer of step a: text›",
          complete: false,
        },
        { step: "e", prompt: "<‹answer of step b: text›>", complete: false },
        { step: "f", prompt: "sum {{steps.a.cost * 2}}", complete: false },
      ])
    }),
  )

  it.effect("sets variables and shows what they lead to", () =>
    Effect.gen(function* () {
      const prompts = yield* promptsOf([
        { name: "set", type: "set_variable", variables: { count: 2 } },
        says("a", "{{count + 1}} of {{steps.set.variable_count}}"),
      ])

      assert.deepStrictEqual(prompts, [{ step: "a", prompt: "3 of 1", complete: true }])
    }),
  )

  it.effect("leaves out a step whose condition fails, and shows one whose condition waits", () =>
    Effect.gen(function* () {
      const prompts = yield* promptsOf(
        [
          says("a", "first"),
          says("no", "never", { condition: "inputs.mode == 'full'" }),
          says("yes", "always", { condition: "inputs.mode == 'short'" }),
          says("maybe", "perhaps", { condition: "a.text == 'refund'" }),
          says("after", "after {{steps.no.text}}!"),
        ],
        { mode: "short" },
      )

      assert.deepStrictEqual(
        prompts.map(({ step, prompt }) => [step, prompt]),
        [
          ["a", "first"],
          ["yes", "always"],
          ["maybe", "perhaps"],
          ["after", "after !"],
        ],
      )
    }),
  )

  it.effect("names the tasks of a step that sends several prompts", () =>
    Effect.gen(function* () {
      const prompts = yield* promptsOf([
        { name: "batch", type: "claude_batch", tasks: [{ task_id: "x", prompt: "one" }, { prompt: "two" }] },
        { name: "both", type: "parallel_claude", parallel_tasks: [{ id: "y", prompt: "three" }] },
      ])

      assert.deepStrictEqual(prompts, [
        { step: "batch", part: "x", prompt: "one", complete: true },
        { step: "batch", part: "task_1", prompt: "two", complete: true },
        { step: "both", part: "y", prompt: "three", complete: true },
      ])
    }),
  )

  it.effect("passes over loops and own types without a prompt", () =>
    Effect.gen(function* () {
      const prompts = yield* promptsOf([
        { name: "loop", type: "for_loop", data_source: "x", iterator: "i", steps: [] },
        { name: "hey", type: "shout" },
        says("a", "after {{steps.hey.text}}", { type: "shout" }),
      ])

      assert.deepStrictEqual(prompts, [{ step: "a", prompt: "after ‹answer of step hey: text›", complete: false }])
    }),
  )

  it.effect("shows the prompt that a signature makes", () =>
    Effect.gen(function* () {
      const signature = {
        instructions: "Classify.",
        inputs: [{ name: "message", type: "string", template: "{{steps.a.text}}" }],
        outputs: [{ name: "label", type: "string" }],
      } as const

      const prompts = yield* promptsOf([says("a", "first"), { name: "b", type: "claude", signature }])

      assert.deepInclude(prompts[1], { step: "b", complete: false })
      assert.include(prompts[1]?.prompt ?? "", "message:\n‹answer of step a: text›")
    }),
  )

  it.effect("loses the prompt of a batch without tasks under strict compatibility", () =>
    Effect.gen(function* () {
      const batch = says("a", "lost", { type: "claude_batch" })

      assert.lengthOf(yield* promptsOf([batch], {}, strictSettings), 0)
      assert.deepStrictEqual(yield* promptsOf([batch]), [
        { step: "a", part: "default_task", prompt: "lost", complete: true },
      ])
    }),
  )

  it.effect.each([
    [[says("a", "{{inputs.message}}")], 'input "message" is not given'],
    [
      [says("a", "", { prompt: [{ type: "previous_response", step: "b" }] }), says("b", "x")],
      'step "b", which comes later',
    ],
    [[says("a", "", { prompt: [{ type: "file", path: "no.md" }] })], 'file "no.md" does not exist'],
    [[says("a", "x", { type: "cloude" })], 'step type "cloude" is not known'],
    [[says("a", "x", { condition: "1 ==" })], 'Step "a": '],
  ] as ReadonlyArray<readonly [readonly [Step, ...Array<Step>], string]>)(
    "fails for what would fail the run: %#",
    ([steps, message]) =>
      Effect.gen(function* () {
        const failed = yield* Effect.flip(promptsOf(steps))

        assert.include(failed.message, message)
      }),
  )
})

import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { aTask, strictSettings } from "./aTask.ts"
import { execute } from "./execute.ts"
import { failure, promptOf, scriptedModels, systemOf, usage } from "./scriptedModels.ts"

const prompt = [{ type: "static", content: "Classify {{inputs.message}}" } as const]
const scope = { inputs: { message: "where is my parcel" } }

describe("claude", () => {
  it.effect("sends the filled prompt and answers with text, cost and model", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "shipping")

      const answer = yield* execute(aTask({ type: "claude", prompt }, { scope }), models)

      assert.strictEqual(promptOf(models.requests[0]), "Classify where is my parcel")
      assert.deepStrictEqual(answer.result, { success: true, text: "shipping", cost: 0.01, model: "claude/default" })
      assert.deepStrictEqual(answer.usage, usage)
    }),
  )

  it.effect("passes its options on, and leaves out those of the command line tool", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")
      const claude_options = {
        model: "opus",
        system_prompt: "Be brief.",
        append_system_prompt: "Be kind.",
        timeout_ms: 1500,
        max_turns: 3,
        allowed_tools: ["Read"],
      }

      yield* execute(aTask({ type: "claude", prompt, claude_options }, { scope }), models)

      const [request] = models.requests
      assert.strictEqual(request?.model, "claude/opus")
      assert.strictEqual(systemOf(request), "Be brief.\n\nBe kind.")
      assert.strictEqual(request?.timeoutMs, 1500)
      assert.deepStrictEqual(request?.origin, { runId: "run-1", step: "draft", path: "draft", track: "traditional" })
    }),
  )

  it.effect("lets the run's model win over the step's", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")
      const task = aTask(
        { type: "claude", prompt, claude_options: { model: "opus" } },
        { scope, settings: { model: "openai/gpt-x" } },
      )

      yield* execute(task, models)

      assert.strictEqual(models.requests[0]?.model, "openai/gpt-x")
    }),
  )

  it.effect("parses the answer where output_format is json, fences and all", () =>
    Effect.gen(function* () {
      const step = { type: "claude", prompt, claude_options: { output_format: "json" } }
      const fenced = scriptedModels(() => 'Here it is:\n```json\n{"label": "shipping"}\n```\nAnything else?')
      const prose = scriptedModels(() => "I would rather not")

      const parsed = yield* execute(aTask(step, { scope }), fenced)
      const unparsed = yield* execute(aTask(step, { scope }), prose)

      assert.deepStrictEqual(parsed.result["json"], { label: "shipping" })
      assert.isNull(unparsed.result["json"])
      assert.strictEqual(unparsed.result["text"], "I would rather not")
    }),
  )

  it.effect("says where an option has the wrong type", () =>
    Effect.gen(function* () {
      const claude_options = { timeout_ms: "", model: 3 }

      const failed = yield* Effect.flip(
        execute(
          aTask({ type: "claude", prompt, claude_options }, { scope }),
          scriptedModels(() => ""),
        ),
      )

      assert.strictEqual(failed.reason, "configuration")
      assert.deepStrictEqual(failed.message.split("\n").toSorted(), [
        'Step "draft": claude_options.model: Expected string, got 3',
        'Step "draft": claude_options.timeout_ms: Expected a number, got ""',
      ])
    }),
  )

  it.effect("takes an option without a value as absent, and a number in a text as a number", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")

      yield* execute(aTask({ type: "claude", prompt, claude_options: null }, { scope }), models)
      yield* execute(aTask({ type: "claude", prompt, claude_options: { timeout_ms: "2500" } }, { scope }), models)

      assert.deepStrictEqual(
        models.requests.map(({ timeoutMs }) => timeoutMs),
        [undefined, 2500],
      )
    }),
  )

  it.effect("fails with what the provider said", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => failure("server_error"))

      const failed = yield* Effect.flip(execute(aTask({ type: "claude", prompt }, { scope }), models))

      assert.strictEqual(failed.reason, "model_failed")
      assert.strictEqual(failed.message, 'Step "draft": the provider says server_error')
    }),
  )

  it.effect("names an input that was not given", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")

      const failed = yield* Effect.flip(execute(aTask({ type: "claude", prompt }), models))

      assert.strictEqual(failed.reason, "invalid_input")
      assert.include(failed.message, 'Step "draft": ')
      assert.include(failed.message, 'input "message" is not given')
      assert.lengthOf(models.requests, 0)
    }),
  )

  it.effect("keeps a large answer whole", () =>
    Effect.gen(function* () {
      const long = "x".repeat(300_000)

      const { result } = yield* execute(
        aTask({ type: "claude", prompt }, { scope }),
        scriptedModels(() => long),
      )

      assert.strictEqual(result["text"], long)
    }),
  )

  it.effect("asks for a prompt or a signature where there is neither", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(
        execute(
          aTask({ type: "claude" }),
          scriptedModels(() => ""),
        ),
      )

      assert.strictEqual(failed.reason, "configuration")
      assert.include(failed.message, 'Step "draft" has neither a prompt nor a signature')
    }),
  )
})

describe("gemini", () => {
  it.effect("passes its token budget on and answers in content too", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")
      const token_budget = { temperature: 0.2, max_output_tokens: 64, top_p: 0.9, top_k: 20 }

      const { result } = yield* execute(
        aTask({ type: "gemini", model: "gemini-2.5-flash", token_budget, prompt }, { scope }),
        models,
      )

      const { model, temperature, maxOutputTokens, topP, topK } = models.requests[0] ?? {}
      assert.deepStrictEqual(
        { model, temperature, maxOutputTokens, topP, topK },
        { model: "gemini/gemini-2.5-flash", temperature: 0.2, maxOutputTokens: 64, topP: 0.9, topK: 20 },
      )
      assert.strictEqual(result["content"], "ok")
      assert.strictEqual(result["text"], "ok")
    }),
  )
})

describe("gemini_instructor", () => {
  it.effect("asks for an object and spreads it", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => '{"text": "4", "analysis": "2 and 2", "extra": 1}')

      const { result } = yield* execute(aTask({ type: "gemini_instructor", prompt }, { scope }), models)

      assert.deepStrictEqual(models.requests[0]?.jsonSchema?.["required"], ["text"])
      assert.strictEqual(models.requests[0]?.maxOutputTokens, 2048)
      assert.deepInclude(result, { text: "4", content: "4", analysis: "2 and 2" })
      assert.notProperty(result, "summary")
    }),
  )

  it.effect("asks for the outputs of a signature", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => '{"label": "Refund"}')
      const signature = {
        instructions: "Classify.",
        inputs: [{ name: "message", type: "string" }],
        outputs: [{ name: "label", type: "enum", values: ["refund", "shipping"] }],
      } as const

      const { result } = yield* execute(aTask({ type: "gemini_instructor", prompt, signature }, { scope }), models)

      assert.deepStrictEqual(models.requests[0]?.jsonSchema?.["required"], ["label"])
      assert.deepStrictEqual(result["outputs"], { label: "refund" })
    }),
  )
})

describe("presets", () => {
  it.effect("claude_smart asks in the voice of its preset, the step's own options first", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")

      const { result } = yield* execute(aTask({ type: "claude_smart", preset: "analysis", prompt }, { scope }), models)
      yield* execute(
        aTask({ type: "claude_smart", preset: "analysis", claude_options: { model: "haiku" }, prompt }, { scope }),
        models,
      )

      assert.match(systemOf(models.requests[0]) ?? "", /analyze/)
      assert.deepStrictEqual(
        models.requests.map(({ model }) => model),
        ["claude/opus", "claude/haiku"],
      )
      assert.deepStrictEqual(result["claude_smart_metadata"], {
        preset_applied: "analysis",
        environment_aware: false,
        optimization_applied: true,
      })
    }),
  )

  it.effect("the workflow's default preset comes after the step's and before the type's", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")
      const presetOf = (step: object, claudePreset?: string) =>
        Effect.map(
          execute(
            aTask(
              { type: "claude_smart", prompt, ...step },
              { scope, settings: claudePreset === undefined ? {} : { claudePreset } },
            ),
            models,
          ),
          ({ result }) => Object.values(result["claude_smart_metadata"] ?? {})[0],
        )

      assert.strictEqual(yield* presetOf({}), "development")
      assert.strictEqual(yield* presetOf({}, "chat"), "chat")
      assert.strictEqual(yield* presetOf({ preset: "test" }, "chat"), "test")
    }),
  )

  it.effect("claude_session names its session by run and step", () =>
    Effect.gen(function* () {
      const session_config = { persist: true, checkpoint_frequency: 2 }

      const { result } = yield* execute(
        aTask({ type: "claude_session", prompt, session_config }, { scope }),
        scriptedModels(() => "ok"),
      )

      assert.deepInclude(result, {
        text: "ok",
        session_id: "run-1/draft",
        claude_session_metadata: {
          session_id: "run-1/draft",
          session_name: "draft",
          session_persisted: true,
          checkpoint_frequency: 2,
          continue_on_restart: false,
        },
      })
    }),
  )
})

describe("set_variable", () => {
  it.effect("keeps the types of what it sets, nulls included", () =>
    Effect.gen(function* () {
      const variables = { count: 3, items: ["a", { b: true }], none: null, said: "{{inputs.message}}" }

      const answer = yield* execute(
        aTask({ type: "set_variable", variables }, { scope }),
        scriptedModels(() => ""),
      )

      const set = { count: 3, items: ["a", { b: true }], none: null, said: "where is my parcel" }
      assert.deepStrictEqual(answer.variables, set)
      assert.deepInclude(answer.result, {
        success: true,
        cost: 0,
        variable_count: 4,
        variables_set: ["count", "items", "none", "said"],
      })
    }),
  )
})

describe("step types without an executor", () => {
  it.effect.each(["for_loop", "while_loop", "data_transform", "file_ops", "pipeline"])(
    "%s is not supported, and that is said",
    (type) =>
      Effect.gen(function* () {
        const failed = yield* Effect.flip(
          execute(
            aTask({ type }),
            scriptedModels(() => ""),
          ),
        )

        assert.strictEqual(failed.reason, "configuration")
        assert.strictEqual(failed.message, `Step "draft": step type "${type}" is not supported by this version.`)
      }),
  )

  it.effect("an unknown type is told what there is", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(
        execute(
          aTask({ type: "cloude" }),
          scriptedModels(() => ""),
        ),
      )

      assert.strictEqual(failed.reason, "configuration")
      assert.include(failed.message, 'step type "cloude" is not known. Supported: claude, gemini,')
    }),
  )
})

describe("steps with a signature", () => {
  const signature = {
    instructions: "Find the intent of a message.",
    inputs: [
      { name: "message", type: "string", description: "what the customer wrote" },
      { name: "topic", type: "string", template: "{{steps.sort.text}}" },
      { name: "tone", type: "string", optional: true },
    ],
    outputs: [{ name: "intent", type: "enum", values: ["refund", "shipping"] }],
  } as const

  it.effect("run without a prompt, on one made of the signature", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "Shipping.")
      const task = aTask({ type: "claude", signature }, { scope: { ...scope, results: { sort: { text: "parcels" } } } })

      const { result } = yield* execute(task, models)

      assert.strictEqual(
        promptOf(models.requests[0]),
        [
          "Find the intent of a message.",
          "message (what the customer wrote):\nwhere is my parcel",
          "topic:\nparcels",
          'Reply with "intent" (one of refund, shipping) and nothing else.',
        ].join("\n\n"),
      )
      assert.deepStrictEqual(result["outputs"], { intent: "shipping" })
      assert.strictEqual(result["text"], "Shipping.")
    }),
  )

  it.effect("name an input that nobody gives", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(
        execute(
          aTask({ type: "claude", signature }),
          scriptedModels(() => ""),
        ),
      )

      assert.strictEqual(failed.reason, "invalid_input")
      assert.include(failed.message, 'needs the input "message", which was not given')
    }),
  )
})

describe("strict compatibility", () => {
  it.effect("leaves an input that was not given as it is written", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "ok")

      yield* execute(aTask({ type: "claude", prompt }, { settings: strictSettings }), models)

      assert.strictEqual(promptOf(models.requests[0]), "Classify {{inputs.message}}")
    }),
  )
})

import { createOpenAICompatible } from "@ai-sdk/openai-compatible"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { ModelObject } from "../../../src/services/models/ModelSources.ts"
import { idOfModelObject } from "../../../src/services/models/ModelSources.ts"
import { ask, counted, givenModels, mockServer, settings } from "./givenModels.ts"

describe("a model object of the embedding program", () => {
  it.effect("answers under the id it is registered by, with and without a slash", () =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      mock.on({ userMessage: "parcel", model: "served" }, { content: "delivery", usage: counted(1000, 100) })
      const object = modelAt(mock.url)
      const prices = { mine: { inputPerMillion: 1, outputPerMillion: 10 } }
      const { models, facts } = yield* givenModels({
        settings: settings({ prices }),
        environment: {},
        models: { mine: object, "our/model": object },
      })

      const priced = yield* models.generate(ask("mine", "parcel"))
      const unpriced = yield* models.generate(ask("our/model", "parcel"))

      expect(yield* models.resolve({ family: "claude", requested: "mine" })).toBe("mine")
      expect(yield* models.resolve({ family: "claude", override: "our/model" })).toBe("our/model")
      expect(priced).toMatchObject({ text: "delivery", model: "mine", usage: { costUsd: 0.002 } })
      expect(unpriced).toMatchObject({ model: "our/model", usage: { costUsd: null } })
      expect(facts.map(({ model }) => model)).toEqual(["mine", "our/model"])
    }),
  )

  it.effect("that fails is named by its id", () =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      mock.on({ userMessage: "parcel" }, { error: { message: "who are you" }, status: 401 })
      const { models } = yield* givenModels({ environment: {}, models: { mine: modelAt(mock.url) } })

      const error = yield* Effect.flip(models.generate(ask("mine", "parcel")))

      expect(error.message).toBe(
        'The model object "mine" refused the key for mine (status 401). Check the key it was made with.',
      )
    }),
  )

  it.effect.each([Number.NaN, 1.5, -3])("that reports %s tokens has not counted them", (total) =>
    Effect.gen(function* () {
      const object: ModelObject = {
        specificationVersion: "v4",
        provider: "own",
        modelId: "odd",
        supportedUrls: {},
        doGenerate: async () => ({
          content: [{ type: "text", text: "delivery" }],
          finishReason: { unified: "stop", raw: "stop" },
          usage: {
            inputTokens: { total, noCache: total, cacheRead: total, cacheWrite: total },
            outputTokens: { total, text: total, reasoning: total },
          },
          warnings: [],
        }),
        doStream: () => Promise.reject(new Error("is not asked")),
      }
      const { models } = yield* givenModels({ models: { mine: object } })

      const { usage } = yield* models.generate(ask("mine", "parcel"))

      expect(usage).toEqual({ tokens: { input: 0, output: 0 }, costUsd: null })
    }),
  )

  it.effect("that throws something of its own is a failure, not a defect", () =>
    Effect.gen(function* () {
      const object: ModelObject = {
        specificationVersion: "v4",
        provider: "own",
        modelId: "broken",
        supportedUrls: {},
        doGenerate: () => Promise.reject(new Error("weights are missing")),
        doStream: () => Promise.reject(new Error("weights are missing")),
      }
      const { models, facts } = yield* givenModels({ models: { mine: object } })

      const whole = yield* Effect.flip(models.generate(ask("mine", "parcel")))
      const streamed = yield* Effect.flip(models.generate(ask("mine", "parcel", { onText: () => {} })))

      expect(whole.reason).toBe("invalid_answer")
      expect(whole.message).toContain('The model object "mine" gave no usable answer for mine: weights are missing.')
      expect(streamed.message).toBe(whole.message)
      expect(facts).toHaveLength(2)
    }),
  )

  it.effect("that is a string is refused, so that no gateway is asked", () =>
    Effect.gen(function* () {
      const models = { mine: "openai/gpt-5-mini" as unknown as ModelObject }
      const given = yield* givenModels({ models })

      const error = yield* Effect.flip(given.models.generate(ask("mine", "parcel")))

      expect(error.reason).toBe("unknown_model")
      expect(error.message).toBe(
        'The model "mine" was registered as a string. Register a model object of the AI SDK, or use the id itself.',
      )
    }),
  )

  it("without an id of its own goes by provider and model", () => {
    expect(idOfModelObject(modelAt("http://127.0.0.1"))).toBe("shop/served")
  })

  it("is refused where it is a provider, or nothing at all", () => {
    const provider = createOpenAICompatible({ name: "shop", baseURL: "http://127.0.0.1" })

    expect(() => idOfModelObject(provider as never)).toThrow(/^model: expected the id of a model or a model object/)
    expect(() => idOfModelObject(null as never)).toThrow(/^model: expected/)
  })
})

describe("a request that no provider would take", () => {
  it.effect("is rejected before it is sent", () =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      const { models } = yield* givenModels({ models: { mine: modelAt(mock.url) } })

      const error = yield* Effect.flip(models.generate(ask("mine", "", { messages: [] })))

      expect(error.reason).toBe("bad_request")
      expect(error.message).toContain('The model object "mine" rejected the request to mine: ')
      expect(mock.getRequests()).toHaveLength(0)
    }),
  )
})

const modelAt = (url: string) => createOpenAICompatible({ name: "shop", baseURL: `${url}/v1` })("served")

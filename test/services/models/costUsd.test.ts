import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { hostedProviderNames, hostedProviders, modelAliases } from "../../../src/services/models/modelCatalog.ts"
import { costUsd } from "../../../src/services/models/costUsd.ts"

const million = { input: 1_000_000, output: 1_000_000 }

describe("costUsd", () => {
  it.effect("comes from the price table", () =>
    Effect.gen(function* () {
      expect(yield* costUsd("anthropic/claude-haiku-4-5", million, {})).toBeCloseTo(1 + 5)
      expect(yield* costUsd("openai/gpt-5-mini", { input: 1000, output: 100 }, {})).toBeCloseTo(0.00045, 10)
    }),
  )

  it.effect("is less for input that was read from the cache", () =>
    Effect.gen(function* () {
      const tokens = { input: 1_000_000, output: 0, cacheRead: 1_000_000 }

      expect(yield* costUsd("anthropic/claude-haiku-4-5", tokens, {})).toBeCloseTo(0.1)
    }),
  )

  it.effect("is null, not 0, when the price or a count is not known", () =>
    Effect.gen(function* () {
      expect(yield* costUsd("openai/no-such-model", million, {})).toBeNull()
      expect(yield* costUsd("local/gpt-5-mini", million, {})).toBeNull()
      expect(yield* costUsd("mine", million, {})).toBeNull()
      expect(yield* costUsd("openai/gpt-5-mini", { input: undefined, output: 1 }, {})).toBeNull()
      expect(yield* costUsd("openai/gpt-5-mini", { input: 1, output: undefined }, {})).toBeNull()
    }),
  )

  it.effect("is what the settings say before what the table says", () =>
    Effect.gen(function* () {
      const prices = {
        "local/llama": { inputPerMillion: 0, outputPerMillion: 0 },
        "openai/gpt-5-mini": { inputPerMillion: 7, outputPerMillion: 9 },
      }

      expect(yield* costUsd("local/llama", million, prices)).toBe(0)
      expect(yield* costUsd("openai/gpt-5-mini", million, prices)).toBe(16)
      expect(yield* costUsd("openai/gpt-5-mini", { input: undefined, output: 1 }, prices)).toBeNull()
    }),
  )

  it.effect("is known for every model that a short name or a missing name stands for", () =>
    Effect.gen(function* () {
      const defaults = hostedProviderNames.map((name) => `${name}/${hostedProviders[name].defaultModel}`)
      const aliased = Object.values(modelAliases).map((name) => `anthropic/${name}`)

      for (const model of [...defaults, ...aliased]) expect(yield* costUsd(model, million, {})).toBeGreaterThan(0)
    }),
  )

  it.effect("never throws, whatever a provider counts as cached", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(), fc.nat(), async (input, output, cacheRead, cacheWrite) => {
          const cost = await Effect.runPromise(
            costUsd("anthropic/claude-haiku-4-5", { input, output, cacheRead, cacheWrite }, {}),
          )
          return cost !== null && cost >= 0
        }),
      ),
    ),
  )
})

import * as Effect from "effect/Effect"
import type { RemoteModel } from "./locateModel.ts"
import type { ModelObject } from "./ModelSources.ts"

/** The AI SDK's model object for a model behind HTTP. The provider's package is loaded on first use; fails with what it throws. */
export const languageModel = (
  model: RemoteModel,
  fetch: typeof globalThis.fetch | undefined,
): Effect.Effect<ModelObject, unknown> =>
  Effect.tryPromise({ try: () => constructors[model.wire](model, fetch), catch: (thrown) => thrown })

type Constructor = (model: RemoteModel, fetch: typeof globalThis.fetch | undefined) => Promise<ModelObject>

const constructors: Readonly<Record<RemoteModel["wire"], Constructor>> = {
  anthropic: async (model, fetch) => {
    const { createAnthropic } = await import("@ai-sdk/anthropic")
    return createAnthropic(connection(model, fetch))(model.name)
  },
  google: async (model, fetch) => {
    const { createGoogle } = await import("@ai-sdk/google")
    return createGoogle(connection(model, fetch))(model.name)
  },
  openai: async (model, fetch) => {
    const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible")
    const transformRequestBody = renameMaxTokens
    return createOpenAICompatible({ ...compatible("openai", model, fetch), transformRequestBody })(model.name)
  },
  "openai-compatible": async (model, fetch) => {
    const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible")
    return createOpenAICompatible(compatible(model.endpoint ?? "endpoint", model, fetch))(model.name)
  },
}

const connection = ({ apiKey, baseUrl }: RemoteModel, fetch: typeof globalThis.fetch | undefined) => ({
  baseURL: baseUrl,
  ...(apiKey === undefined ? {} : { apiKey }),
  ...(fetch === undefined ? {} : { fetch }),
})

const compatible = (name: string, model: RemoteModel, fetch: typeof globalThis.fetch | undefined) => ({
  ...connection(model, fetch),
  name,
  includeUsage: true,
  supportsStructuredOutputs: true,
})

/** OpenAI's reasoning models refuse `max_tokens`; all of its models take `max_completion_tokens`. */
const renameMaxTokens = ({ max_tokens, ...body }: Record<string, unknown>): Record<string, unknown> =>
  max_tokens === undefined ? body : { ...body, max_completion_tokens: max_tokens }

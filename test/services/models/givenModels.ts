import { LLMock } from "@copilotkit/aimock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import type { RunFact } from "../../../src/RunEvent.ts"
import { Settings } from "../../../src/Settings.ts"
import { FactRecorder } from "../../../src/services/FactRecorder.ts"
import type { ModelRequest } from "../../../src/services/models/Models.ts"
import { Models } from "../../../src/services/models/Models.ts"
import type { ModelsOptions } from "../../../src/services/models/ModelSources.ts"
import { modelsLayer } from "../../../src/services/models/modelsLayer.ts"

export type ModelCalled = Extract<RunFact, { readonly _tag: "ModelCalled" }>

export const keys = {
  ANTHROPIC_API_KEY: "anthropic-secret-1",
  GEMINI_API_KEY: "gemini-secret-2",
  OPENAI_API_KEY: "openai-secret-3",
}

export const settings = (given: typeof Settings.Encoded = {}): Settings => Schema.decodeUnknownSync(Settings)(given)

/** Settings that send the hosted providers and the endpoint "local" to one server. */
export const settingsAt = (url: string, given: typeof Settings.Encoded = {}): Settings =>
  settings({
    baseUrls: { anthropic: `${url}/v1`, google: `${url}/v1beta`, openai: `${url}/v1` },
    endpoints: { local: { baseUrl: `${url}/v1` } },
    modelRetries: 0,
    ...given,
  })

/** The service under test, what it recorded, and the next fact as it comes. */
export const givenModels = Effect.fnUntraced(function* (options: Partial<ModelsOptions> = {}) {
  const arrived = yield* Queue.unbounded<ModelCalled>()
  const facts: Array<ModelCalled> = []
  const recorder = Layer.succeed(FactRecorder, {
    record: (_runId, fact) =>
      Effect.sync(() => {
        if (fact._tag !== "ModelCalled") return
        facts.push(fact)
        Queue.offerUnsafe(arrived, fact)
      }),
  })
  const layer = modelsLayer({ settings: settings(), environment: keys, ...options })
  const context = yield* Layer.build(Layer.provide(layer, recorder))
  return { models: Context.get(context, Models), facts, nextFact: Queue.take(arrived) }
})

/** A server that speaks the formats of OpenAI, Anthropic and Gemini. */
export const mockServer = Effect.acquireRelease(
  Effect.promise(() => LLMock.create({ port: 0 })),
  (mock) => Effect.promise(() => mock.stop()),
)

/** Token counts in every format's own words. */
export const counted = (input: number, output: number) => ({
  prompt_tokens: input,
  completion_tokens: output,
  input_tokens: input,
  output_tokens: output,
  promptTokenCount: input,
  candidatesTokenCount: output,
})

export const ask = (model: string, prompt: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  model,
  messages: [{ role: "user", content: prompt }],
  origin: { runId: "run-1", step: "classify", path: "classify", track: "traditional" },
  ...more,
})

/** One model of each format, and one on a configured endpoint. */
export const everyFormat = [
  "anthropic/claude-sonnet-5",
  "google/gemini-2.5-flash",
  "openai/gpt-5-mini",
  "local/llama",
] as const

/** What the mock answers, how, and what else the request says. */
export type GivenFixture = readonly [
  response: Parameters<LLMock["on"]>[1],
  options?: Parameters<LLMock["on"]>[2],
  request?: Partial<ModelRequest>,
]

import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ask, counted, everyFormat, givenModels, keys, mockServer, settingsAt } from "./givenModels.ts"

const costs: Readonly<Record<string, number | null>> = {
  "anthropic/claude-sonnet-5": (1000 * 2 + 100 * 10) / 1e6,
  "google/gemini-2.5-flash": (1000 * 0.3 + 100 * 2.5) / 1e6,
  "openai/gpt-5-mini": (1000 * 0.25 + 100 * 2) / 1e6,
  "local/llama": null,
}

describe("an answer over HTTP", () => {
  it.effect.each(everyFormat)("of %s has text, tokens, cost and the reason it finished", (model) =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      mock.on({ userMessage: "Where is my parcel?" }, { content: "delivery", usage: counted(1000, 100) })
      const { models, facts } = yield* givenModels({ settings: settingsAt(mock.url) })

      const answer = yield* models.generate(ask(model, "Where is my parcel?"))

      const usage = { tokens: { input: 1000, output: 100 }, costUsd: expectedCost(model) }
      expect(answer).toEqual({ text: "delivery", model, finishReason: "stop", usage })
      expect(facts).toEqual([
        {
          _tag: "ModelCalled",
          step: "classify",
          path: "classify",
          track: "traditional",
          model,
          attempt: 1,
          latencyMs: 0,
          usage,
        },
      ])
    }),
  )

  it.effect.each(everyFormat)("of %s is streamed piece by piece when somebody listens", (model) =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      const content = "Your parcel is on its way and arrives tomorrow."
      mock.on({ userMessage: "parcel" }, { content, usage: counted(1000, 100) }, { chunkSize: 8 })
      const { models } = yield* givenModels({ settings: settingsAt(mock.url) })
      const pieces: Array<readonly [string, number]> = []

      const onText = (delta: string, attempt: number) => pieces.push([delta, attempt])
      const answer = yield* models.generate(ask(model, "parcel", { onText }))

      expect(pieces.length).toBeGreaterThan(3)
      expect(pieces.map(([delta]) => delta).join("")).toBe(content)
      expect(answer).toEqual({
        text: content,
        model,
        finishReason: "stop",
        usage: { tokens: { input: 1000, output: 100 }, costUsd: expectedCost(model) },
      })
    }),
  )

  it.effect.each([
    [0, 0],
    [0, 5],
    [5, 0],
  ] as const)("costs null when the server counts %d tokens in and %d out", ([input, output]) =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      mock.on({ userMessage: "parcel" }, { content: "delivery", usage: counted(input, output) })
      const { models } = yield* givenModels({ settings: settingsAt(mock.url) })

      const answer = yield* models.generate(ask("anthropic/claude-sonnet-5", "parcel"))

      expect(answer.usage).toEqual({ tokens: { input, output }, costUsd: null })
    }),
  )

  it.effect("that stopped at the token limit says so", () =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      mock.on({ userMessage: "parcel" }, { content: "Your par", finishReason: "length" })
      const { models } = yield* givenModels({ settings: settingsAt(mock.url) })

      const answer = yield* models.generate(ask("openai/gpt-5-mini", "parcel"))

      expect(answer).toMatchObject({ text: "Your par", finishReason: "length" })
    }),
  )
})

const expectedCost = (model: string) => {
  const cost = costs[model]
  return typeof cost === "number" ? expect.closeTo(cost, 10) : cost
}

describe("what is sent", () => {
  const messages = [
    { role: "system", content: "Answer with one word." },
    { role: "user", content: "Hello" },
    { role: "assistant", content: "greeting" },
    { role: "user", content: "Where is my parcel?" },
  ] as const
  const sent = Effect.fnUntraced(function* (model: string, more: object = {}) {
    const mock = yield* mockServer
    mock.on({ userMessage: "parcel" }, { content: '{"intent":"delivery"}' })
    const requests: Array<{ url: string; headers: Headers; body: Record<string, unknown> }> = []
    const spy: typeof globalThis.fetch = (url, init) => {
      requests.push({ url: String(url), headers: new Headers(init?.headers), body: JSON.parse(String(init?.body)) })
      return fetch(url, init)
    }
    const { models } = yield* givenModels({ settings: settingsAt(mock.url), fetch: spy })
    yield* models.generate(ask(model, "", { messages, temperature: 0.5, topP: 0.9, ...more }))
    expect(requests).toHaveLength(1)
    expect(requests[0]!.url.startsWith(mock.url)).toBe(true)
    return requests[0]!
  })

  it.effect("to Anthropic is its key, the instructions apart, and a bounded answer", () =>
    Effect.gen(function* () {
      const { headers, body } = yield* sent("anthropic/claude-haiku-4-5", { topP: undefined })

      expect(headers.get("x-api-key")).toBe(keys.ANTHROPIC_API_KEY)
      expect(body).toMatchObject({ model: "claude-haiku-4-5", max_tokens: 8192, temperature: 0.5 })
      expect(body["system"]).toEqual([{ type: "text", text: "Answer with one word." }])
      expect(body["messages"]).toHaveLength(3)
    }),
  )

  it.effect("to Google is its key and the instructions apart", () =>
    Effect.gen(function* () {
      const { url, headers, body } = yield* sent("google/gemini-2.5-flash", { topK: 5, maxOutputTokens: 50 })

      expect(url).toMatch(/\/models\/gemini-2\.5-flash:generateContent$/)
      expect(headers.get("x-goog-api-key")).toBe(keys.GEMINI_API_KEY)
      expect(body["systemInstruction"]).toEqual({ parts: [{ text: "Answer with one word." }] })
      expect(body["generationConfig"]).toEqual({ temperature: 0.5, topP: 0.9, topK: 5, maxOutputTokens: 50 })
    }),
  )

  it.effect("to OpenAI is its key and a limit its reasoning models accept", () =>
    Effect.gen(function* () {
      const { headers, body } = yield* sent("openai/gpt-5-mini", { maxOutputTokens: 50 })

      expect(headers.get("authorization")).toBe(`Bearer ${keys.OPENAI_API_KEY}`)
      expect(body).toEqual({
        model: "gpt-5-mini",
        messages,
        temperature: 0.5,
        top_p: 0.9,
        max_completion_tokens: 50,
      })
    }),
  )

  it.effect("to an endpoint without a key variable is no key at all", () =>
    Effect.gen(function* () {
      const { headers, body } = yield* sent("local/meta/llama-3", { maxOutputTokens: 50 })

      const all = [...headers.values()].join(" ")
      for (const key of Object.values(keys)) expect(all).not.toContain(key)
      expect(headers.has("authorization")).toBe(false)
      expect(body).toMatchObject({ model: "meta/llama-3", max_tokens: 50 })
    }),
  )

  it.effect.each(["anthropic/claude-haiku-4-5", "google/gemini-2.5-flash", "openai/gpt-5-mini", "local/meta/llama-3"])(
    "to %s is the name of the call, where it has one, streamed or not",
    (model) =>
      Effect.gen(function* () {
        const named = [
          yield* sent(model, { topP: undefined, callName: "call-1" }),
          yield* sent(model, { topP: undefined, callName: "call-2", onText: () => {} }),
        ]
        const unnamed = yield* sent(model, { topP: undefined, idempotencyKey: "rollout 1" })

        expect(named.map(({ headers }) => headers.get("idempotency-key"))).toEqual(["call-1", "call-2"])
        expect(JSON.stringify(named.map(({ body }) => body))).not.toContain("call-")
        expect(unnamed.headers.has("idempotency-key")).toBe(false)
      }),
  )

  it.effect("to an endpoint with a key variable is that key", () =>
    Effect.gen(function* () {
      const mock = yield* mockServer
      mock.on({ userMessage: "parcel" }, { content: "delivery" })
      const authorizations: Array<string | null> = []
      const { models } = yield* givenModels({
        settings: settingsAt(mock.url, { endpoints: { gateway: { baseUrl: `${mock.url}/v1`, apiKeyEnv: "OUR_KEY" } } }),
        environment: { ...keys, OUR_KEY: " our-secret-4\n" },
        fetch: (url, init) => {
          authorizations.push(new Headers(init?.headers).get("authorization"))
          return fetch(url, init)
        },
      })

      yield* models.generate(ask("gateway/llama", "parcel"))

      expect(authorizations).toEqual(["Bearer our-secret-4"])
    }),
  )

  const jsonSchema = {
    type: "object",
    properties: { intent: { type: "string" } },
    required: ["intent"],
    additionalProperties: false,
  }

  it.effect("for a schema is the provider's own structured output", () =>
    Effect.gen(function* () {
      const openai = yield* sent("openai/gpt-5-mini", { jsonSchema })
      const google = yield* sent("google/gemini-2.5-flash", { jsonSchema })
      const anthropic = yield* sent("anthropic/claude-haiku-4-5", { jsonSchema, topP: undefined })

      expect(openai.body["response_format"]).toMatchObject({ type: "json_schema", json_schema: { schema: jsonSchema } })
      expect(google.body["generationConfig"]).toMatchObject({ responseMimeType: "application/json" })
      expect(anthropic.body["output_config"]).toMatchObject({ format: { type: "json_schema", schema: jsonSchema } })
    }),
  )
})

import { createServer } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ask, everyFormat, givenModels, keys, mockServer, settingsAt } from "./givenModels.ts"
import type { GivenFixture } from "./givenModels.ts"

const onText = () => {}
const sonnet = "anthropic/claude-sonnet-5"

describe("a provider that answers", () => {
  it.effect("401 is a refused key, and the message names the variable, never the key", () =>
    Effect.gen(function* () {
      const error = yield* failureOf(sonnet, {
        error: { message: `invalid x-api-key ${keys.ANTHROPIC_API_KEY}`, type: "authentication_error" },
        status: 401,
      })

      expect(error.reason).toBe("authentication")
      expect(error.message).toBe(
        "Anthropic refused the key for anthropic/claude-sonnet-5 (status 401). Check the value of ANTHROPIC_API_KEY.",
      )
    }),
  )

  it.effect("403 names the variable that the key was really taken from", () =>
    Effect.gen(function* () {
      const error = yield* failureOf("google/gemini-2.5-flash", {
        error: { message: "Permission denied", type: "PERMISSION_DENIED" },
        status: 403,
      })

      expect(error.message).toBe(
        "Google refused the key for google/gemini-2.5-flash (status 403). Check the value of GEMINI_API_KEY.",
      )
    }),
  )

  it.effect("401 at an endpoint without a key says where to name one", () =>
    Effect.gen(function* () {
      const error = yield* failureOf("local/llama", { error: { message: "Unauthorized" }, status: 401 })

      expect(error.message).toBe(
        'The endpoint "local" refused the key for local/llama (status 401). ' +
          "Name the variable that holds its key in endpoints.local.apiKeyEnv of the settings.",
      )
    }),
  )

  it.effect("400 to a wrong key, as Google does, is a refused key", () =>
    Effect.gen(function* () {
      const error = yield* failureOf("google/gemini-2.5-flash", {
        error: { message: "API key not valid. Please pass a valid API key.", type: "INVALID_ARGUMENT" },
        status: 400,
      })

      expect(error.reason).toBe("authentication")
    }),
  )

  it.effect("404 names the model and the base URL", () =>
    Effect.gen(function* () {
      const error = yield* failureOf("anthropic/claude-sonet-5", {
        error: { message: "model: claude-sonet-5", type: "not_found_error" },
        status: 404,
      })

      expect(error.reason).toBe("not_found")
      expect(error.message.replace(/127\.0\.0\.1:\d+/, "HOST")).toBe(
        "Anthropic has no model for anthropic/claude-sonet-5 (status 404): model: claude-sonet-5. " +
          "Check the model id and the base URL http://HOST/v1, or choose another model.",
      )
    }),
  )

  it.effect("400 repeats what the provider said, without any key", () =>
    Effect.gen(function* () {
      const error = yield* failureOf("openai/gpt-5-mini", {
        error: { message: `temperature is not supported, ${keys.OPENAI_API_KEY}`, type: "invalid_request_error" },
        status: 400,
      })

      expect(error.reason).toBe("bad_request")
      expect(error.message).toBe(
        "OpenAI rejected the request to openai/gpt-5-mini (status 400): temperature is not supported, [key]. " +
          "Change the step's options or its prompt.",
      )
    }),
  )

  it.effect.each([
    ["openai/gpt-5-mini", "This model's maximum context length is 128000 tokens."],
    ["anthropic/claude-sonnet-5", "prompt is too long: 210000 tokens > 200000 maximum"],
    ["google/gemini-2.5-flash", "The input token count (1200000) exceeds the maximum number of tokens allowed"],
    ["local/llama", "the request exceeds the available context size, try increasing it"],
  ] as const)("400 from %s to a prompt that is too long says so", ([model, message]) =>
    Effect.gen(function* () {
      const error = yield* failureOf(model, { error: { message }, status: 400 })

      expect(error.reason).toBe("context_too_long")
      expect(error.message).toContain(`The prompt is longer than ${model} takes (status 400)`)
      expect(error.message).toContain("Shorten it, or choose a model with a larger context window.")
    }),
  )

  it.effect.each(everyFormat)("429 from %s is a rate limit", (model) =>
    Effect.gen(function* () {
      const error = yield* failureOf(model, { error: { message: "Slow down." }, status: 429, retryAfter: 0 })

      expect(error.reason).toBe("rate_limited")
      expect(error.message).toMatch(
        new RegExp(`limits the calls of ${model} \\(status 429\\): Slow down\\. Try again later, or raise the limit`),
      )
    }),
  )

  it.effect.each([500, 503, 529])("%d is a server error", (status) =>
    Effect.gen(function* () {
      const error = yield* failureOf(sonnet, { error: { message: "Overloaded", type: "overloaded_error" }, status })

      expect(error.reason).toBe("server_error")
      expect(error.message).toBe(
        `Anthropic failed at anthropic/claude-sonnet-5 (status ${status}): Overloaded. ` +
          "Try again later, or choose another model.",
      )
    }),
  )

  it.effect.each(everyFormat)("garbage from %s is an invalid answer", (model) =>
    Effect.gen(function* () {
      const error = yield* failureOf(model, { content: "x" }, { chaos: { malformedRate: 1 } })

      expect(error.reason).toBe("invalid_answer")
      expect(error.message).toContain(
        `gave no usable answer for ${model} (status 200): Invalid JSON response. Check the base URL http`,
      )
      expect(error.usage).toEqual({ tokens: { input: 0, output: 0 }, costUsd: null })
    }),
  )

  it.effect.each(everyFormat)("nothing at all from %s is an invalid answer", (model) =>
    Effect.gen(function* () {
      const error = yield* failureOf(model, { content: "" })

      expect(error.reason).toBe("invalid_answer")
      expect(error.message).toContain(`gave no usable answer for ${model}: the answer is empty. Run the step again`)
    }),
  )

  it.effect.each([
    ["anthropic/claude-sonnet-5", "refusal"],
    ["google/gemini-2.5-flash", "content_filter"],
    ["openai/gpt-5-mini", "content_filter"],
  ] as const)("a refusal from %s is one", ([model, finishReason]) =>
    Effect.gen(function* () {
      const error = yield* failureOf(model, { content: "I cannot", finishReason })

      expect(error.reason).toBe("refused")
      expect(error.message).toBe(
        `${model} declined to answer: it was stopped by refusal or content filter. ` +
          "Change the prompt, or choose another model.",
      )
    }),
  )
})

describe("a connection", () => {
  it.effect.each(everyFormat)("to %s that is dropped is unreachable, its cost unknown", (model) =>
    Effect.gen(function* () {
      const error = yield* failureOf(model, { content: "x" }, { chaos: { disconnectRate: 1 } })

      expect(error.reason).toBe("unreachable")
      expect(error.message.replace(/127\.0\.0\.1:\d+/, "HOST")).toMatch(
        new RegExp(
          `^The connection to .+ for ${model} failed: .*UND_ERR_SOCKET.*\\. Check the network and the base URL http://HOST/v1`,
        ),
      )
      expect(error.usage?.costUsd).toBeNull()
    }),
  )

  it.effect("that is refused is unreachable and cost nothing", () =>
    Effect.gen(function* () {
      const port = yield* closedPort
      const { models } = yield* givenModels({ settings: settingsAt(`http://127.0.0.1:${port}`) })

      const error = yield* Effect.flip(models.generate(ask("local/llama", "parcel")))

      expect(error.reason).toBe("unreachable")
      expect(error.message).toMatch(/^The connection to the endpoint "local" for local\/llama failed: .*ECONNREFUSED/)
      expect(error.usage?.costUsd).toBe(0)
    }),
  )
})

describe("a message", () => {
  it.effect("shows neither the password of a base URL nor a key that is part of another", () =>
    Effect.gen(function* () {
      const { models, facts } = yield* givenModels({
        settings: settingsAt("http://user:hidden-word@127.0.0.1:1"),
        environment: { ANTHROPIC_API_KEY: "secret", OPENAI_API_KEY: "secret-and-more" },
        fetch: (url) => Promise.reject(new Error(`cannot send secret-and-more to ${String(url)}`)),
      })

      const error = yield* Effect.flip(models.generate(ask("openai/gpt-5-mini", "parcel")))

      expect(error.message).toContain("cannot send [key] to http://user:[key]@127.0.0.1:1/v1/chat/completions")
      expect(JSON.stringify([error, facts])).not.toMatch(/hidden-word|secret|and-more/)
    }),
  )
})

describe("a stream", () => {
  it.effect.each(everyFormat)("of %s that is answered 500 fails, and does not end empty", (model) =>
    Effect.gen(function* () {
      const error = yield* failureOf(model, { error: { message: "Boom" }, status: 500 }, {}, { onText })

      expect(error.reason).toBe("server_error")
      expect(error.message).toContain("(status 500): Boom")
    }),
  )

  it.effect.each(everyFormat)("of %s that is cut off fails, and is not taken for the answer", (model) =>
    Effect.gen(function* () {
      const content = "one two three four five six seven eight nine"
      const error = yield* failureOf(model, { content }, { truncateAfterChunks: 3, chunkSize: 4 }, { onText })

      expect(error.reason).toBe("unreachable")
    }),
  )

  it.effect.each([
    ["openai/gpt-5-mini", [{ choices: [{ index: 0, delta: { role: "assistant", content: "Your par" } }] }]],
    ["google/gemini-2.5-flash", [{ candidates: [{ content: { role: "model", parts: [{ text: "Your par" }] } }] }]],
    [
      "anthropic/claude-sonnet-5",
      [
        { type: "message_start", message: { id: "1", type: "message", usage: { input_tokens: 3, output_tokens: 1 } } },
        { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
        { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Your par" } },
      ],
    ],
  ] as const)("of %s that ends politely before the answer does fails too", ([model, parts]) =>
    Effect.gen(function* () {
      const body = parts.map((part) => `data: ${JSON.stringify(part)}\n\n`).join("")
      const headers = { "content-type": "text/event-stream" }
      const { models } = yield* givenModels({
        settings: settingsAt("http://127.0.0.1"),
        fetch: () => Promise.resolve(new Response(body, { headers })),
      })

      const error = yield* Effect.flip(models.generate(ask(model, "parcel", { onText })))

      expect(error.reason).toBe("unreachable")
      expect(error.message).toContain(`for ${model} failed: the stream ended before the answer did.`)
    }),
  )

  it.effect("of nothing is an invalid answer", () =>
    Effect.gen(function* () {
      const error = yield* failureOf("openai/gpt-5-mini", { content: "" }, {}, { onText })

      expect(error.reason).toBe("invalid_answer")
    }),
  )
})

const failureOf = Effect.fnUntraced(function* (model: string, ...[response, options, request]: GivenFixture) {
  const mock = yield* mockServer
  mock.on({ userMessage: "parcel" }, response, options)
  const { models, facts } = yield* givenModels({ settings: settingsAt(mock.url) })
  const error = yield* Effect.flip(models.generate(ask(model, "parcel", request)))
  expect(error.model).toBe(model)
  expect(facts.map((fact) => fact.attempt)).toEqual([1])
  expect(error.message).toContain(facts[0]!.error)
  for (const key of Object.values(keys)) expect(JSON.stringify([error, facts])).not.toContain(key)
  return error
})

const closedPort = Effect.promise(
  () =>
    new Promise<number>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const address = server.address()
        server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
      })
    }),
)

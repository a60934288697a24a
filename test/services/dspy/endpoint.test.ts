import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { serveEndpoint } from "../../../src/services/dspy/endpoint.ts"
import { idleGuard } from "../../../src/services/dspy/idleGuard.ts"
import { OptimizationError } from "../../../src/services/optimization/Optimizer.ts"
import { type ABench, aBench } from "./aBench.ts"

const request = { model: "task", messages: [{ role: "user", content: "Is it?" }] }

const serve = Effect.fnUntraced(function* (bench: ABench) {
  const endpoint = yield* serveEndpoint(bench, yield* idleGuard(60_000))
  const post = (path: string, body: unknown, headers: Record<string, string> = {}, method = "POST") =>
    Effect.promise(async (signal) => {
      const response = await fetch(`${endpoint.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${endpoint.token}`, ...headers },
        ...(method === "GET" ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        signal,
      })
      const answer: unknown = await response.json()
      return { status: response.status, answer }
    })
  return { ...endpoint, post, chat: (body: unknown) => post("/v1/chat/completions", body) }
})

const failing = (reason: OptimizationError["reason"], message: string) => () =>
  Effect.fail(new OptimizationError({ reason, message }))

describe("the endpoint of a job", () => {
  it.live("answers in OpenAI's chat format, with the tokens that were used", () =>
    Effect.gen(function* () {
      const usage = { tokens: { input: 7, output: 2 }, costUsd: 0.1 }
      const bench = aBench({ complete: () => Effect.succeed({ text: "It is.", usage }) })
      const { chat } = yield* serve(bench)

      const { status, answer } = yield* chat({ ...request, temperature: 0.5, max_tokens: 90, rollout_id: 3 })

      expect(status).toBe(200)
      expect(answer).toMatchObject({
        object: "chat.completion",
        model: "task",
        choices: [{ index: 0, message: { role: "assistant", content: "It is." }, finish_reason: "stop" }],
        usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
      })
      expect(bench.asked).toEqual([[request.messages, { model: "task", temperature: 0.5, maxTokens: 90, rollout: 3 }]])
    }),
  )

  it.live("gives as many answers as are asked for, each a try of its own", () =>
    Effect.gen(function* () {
      const bench = aBench({
        complete: (_, { rollout }) =>
          Effect.succeed({ text: `try ${rollout}`, usage: { tokens: { input: 1, output: 1 }, costUsd: 0 } }),
      })
      const { chat } = yield* serve(bench)

      const { answer } = yield* chat({ ...request, model: "prompt", n: 3 })

      expect(new Set(bench.asked.map(([, { rollout }]) => rollout)).size).toBe(3)
      expect(bench.asked.map(([, { model }]) => model)).toEqual(["prompt", "prompt", "prompt"])
      expect(answer).toMatchObject({
        choices: [{ message: { content: "try 0" } }, { index: 1 }, { index: 2 }],
        usage: { total_tokens: 6 },
      })
    }),
  )

  it.live("takes content in parts, and leaves out what it does not pass on", () =>
    Effect.gen(function* () {
      const bench = aBench()
      const { chat } = yield* serve(bench)
      const parts = [
        { type: "text", text: "Is " },
        { type: "text", text: "it?" },
      ]

      const { status } = yield* chat({
        model: "task",
        messages: [{ role: "user", content: parts }],
        response_format: { type: "json_object" },
        temperature: null,
      })

      expect(status).toBe(200)
      expect(bench.asked).toEqual([[request.messages, { model: "task", rollout: 0 }]])
    }),
  )

  it.live("scores answers by the metric of the search", () =>
    Effect.gen(function* () {
      const bench = aBench({
        score: ({ inputs, outputs }, actual) =>
          Effect.succeed({ score: 0.25, feedback: JSON.stringify([inputs, outputs, actual]) }),
      })
      const { post } = yield* serve(bench)

      const scored = yield* post("/metric", { inputs: { q: 1 }, expected: { a: 2 }, actual: { a: 3 } })

      expect(scored).toEqual({ status: 200, answer: { score: 0.25, feedback: '[{"q":1},{"a":2},{"a":3}]' } })
    }),
  )

  it.live.each<[string, Record<string, string>]>([
    ["no token", { authorization: "" }],
    ["another token", { authorization: `Bearer ${"0".repeat(64)}` }],
    ["another scheme", { authorization: "Basic abc" }],
  ])("lets nobody in with %s", ([, headers]) =>
    Effect.gen(function* () {
      const bench = aBench()
      const { post } = yield* serve(bench)

      const chat = yield* post("/v1/chat/completions", request, headers)
      const metric = yield* post("/metric", { inputs: {}, expected: {}, actual: {} }, headers)

      expect([chat.status, metric.status]).toEqual([401, 401])
      expect(chat.answer).toMatchObject({ error: { code: "unauthorized" } })
      expect(bench.asked).toEqual([])
    }),
  )

  it.live.each<[string, string, unknown, number, RegExp]>([
    ["no JSON", "/v1/chat/completions", "{", 400, /no JSON/],
    ["no messages", "/v1/chat/completions", { model: "task", messages: [] }, 400, /messages/],
    ["a role unknown", "/v1/chat/completions", { model: "task", messages: [{ role: "x", content: "" }] }, 400, /role/],
    ["a temperature beyond all bounds", "/v1/chat/completions", { ...request, temperature: 9 }, 400, /temperature/],
    ["a wish for a stream", "/v1/chat/completions", { ...request, stream: true }, 400, /stream/],
    ["an unknown model", "/v1/chat/completions", { ...request, model: "gpt" }, 404, /no gpt/],
    ["a body beyond all bounds", "/v1/chat/completions", " ".repeat(16 * 1_048_576 + 1), 413, /16 MiB/],
    ["nothing to judge", "/metric", { inputs: {} }, 400, /expected/],
    ["another path", "/v1/models", request, 404, /v1\/models/],
  ])("refuses %s, says why, and goes on", ([, path, body, status, message]) =>
    Effect.gen(function* () {
      const bench = aBench()
      const { post, chat } = yield* serve(bench)

      const refused = yield* post(path, body)
      const next = yield* chat(request)

      expect(refused).toEqual({
        status,
        answer: { error: expect.objectContaining({ message: expect.stringMatching(message) }) },
      })
      expect(next.status).toBe(200)
      expect(bench.asked).toHaveLength(1)
    }),
  )

  it.live.each<[OptimizationError["reason"], number, string]>([
    ["budget_exhausted", 402, "budget_exhausted"],
    ["configuration", 403, "configuration"],
    ["model_failed", 400, "model_failed"],
    ["worker_failed", 500, "worker_failed"],
  ])("tells the worker of %s with status %i, and keeps the failure", ([reason, status, code]) =>
    Effect.gen(function* () {
      const { chat, lastFailure } = yield* serve(aBench({ complete: failing(reason, "this is why") }))

      const refused = yield* chat(request)

      expect(refused).toMatchObject({ status, answer: { error: { code, message: "this is why" } } })
      expect(yield* lastFailure).toMatchObject({ reason, message: "this is why" })
    }),
  )

  it.live("tells of a metric that failed with status 422", () =>
    Effect.gen(function* () {
      const { post } = yield* serve(aBench({ score: failing("metric_failed", "the module threw") }))

      const refused = yield* post("/metric", { inputs: {}, expected: {}, actual: {} })

      expect(refused).toEqual({ status: 422, answer: { error: "the module threw" } })
    }),
  )

  it.live("forgets a failure once a call succeeds", () =>
    Effect.gen(function* () {
      let calls = 0
      const bench = aBench({
        complete: () => {
          calls += 1
          return calls === 1
            ? failing("model_failed", "once")()
            : Effect.succeed({ text: "", usage: { tokens: { input: 0, output: 0 }, costUsd: 0 } })
        },
      })
      const { chat, lastFailure } = yield* serve(bench)

      yield* chat(request)
      yield* chat(request)

      expect(yield* lastFailure).toBeUndefined()
    }),
  )

  it.live("says no more than that of a defect", () =>
    Effect.gen(function* () {
      const { chat } = yield* serve(aBench({ complete: () => Effect.die(new Error("secret-key at file.ts:3")) }))

      const { status, answer } = yield* chat(request)

      expect(status).toBe(500)
      expect(JSON.stringify(answer)).not.toContain("secret-key")
    }),
  )

  it.live("interrupts a call whose caller has gone", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const bench = aBench({
        complete: () =>
          Deferred.succeed(started, undefined).pipe(
            Effect.andThen(Effect.never),
            Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined)),
          ),
      })
      const { chat } = yield* serve(bench)

      yield* Effect.raceFirst(chat(request), Deferred.await(started))

      yield* Deferred.await(interrupted)
    }),
  )
})

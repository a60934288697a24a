import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { askProgram, type ProgramQuestion } from "../../../src/services/adapters/askProgram.ts"
import { RepeatableCalls } from "../../../src/services/models/RepeatableCalls.ts"
import { demoLookup } from "../../../src/services/retrieval/demoLookup.ts"
import { failure, promptOf, scriptedModels, usage } from "../executors/scriptedModels.ts"

const question: ProgramQuestion = {
  signature: {
    instructions: "Sort the message.",
    inputs: [{ name: "message", type: "string" }],
    outputs: [{ name: "label", type: "enum", values: ["billing", "other"] }],
  },
  candidate: { instructions: "Sort the message.", adapter: "chat", reasoning: false, demos: [] },
  inputs: { message: "Where is my refund?" },
  model: "scripted/one",
  origin: { runId: "run-1", step: "sort", path: "sort", track: "optimized" },
}

const twice = { tokens: { input: 20, output: 10 }, costUsd: 0.02 }

describe("askProgram", () => {
  it.effect("asks once and gives the outputs with what they cost", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "[[ ## label ## ]]\nBilling.\n\n[[ ## completed ## ]]")

      const answer = yield* askProgram({ ...question, temperature: 1, idempotencyKey: "k" }).pipe(
        Effect.provide(models.layer),
      )

      expect(answer).toMatchObject({ outputs: { label: "billing" }, usage, retried: false, model: "scripted/one" })
      expect(models.requests).toHaveLength(1)
      expect(models.requests[0]).toMatchObject({ temperature: 1, idempotencyKey: "k", origin: question.origin })
      expect(models.requests[0]?.jsonSchema).toBeUndefined()
    }),
  )

  it.effect("asks no second time where calls must not be repeated", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "I would say refunds.")

      const error = yield* askProgram(question).pipe(
        Effect.provideService(RepeatableCalls, false),
        Effect.provide(models.layer),
        Effect.flip,
      )

      expect(error).toMatchObject({ _tag: "AdapterParseError", usage })
      expect(models.requests).toHaveLength(1)
    }),
  )

  it.effect("asks once more, as JSON, when sections cannot be read, and counts both calls", () =>
    Effect.gen(function* () {
      const models = scriptedModels((_, call) => (call === 1 ? "I would say refunds." : '{"label": "billing"}'))

      const answer = yield* askProgram(question).pipe(Effect.provide(models.layer))

      expect(answer).toMatchObject({ outputs: { label: "billing" }, usage: twice, retried: true })
      expect(models.requests[1]?.jsonSchema).toMatchObject({ required: ["label"], additionalProperties: false })
      expect(promptOf(models.requests[1])).toContain("one JSON object")
    }),
  )

  it.effect("asks once more in sections when JSON cannot be read", () =>
    Effect.gen(function* () {
      const models = scriptedModels((_, call) => (call === 1 ? '{"lab' : "[[ ## label ## ]]\nother"))

      const answer = yield* askProgram({ ...question, candidate: { ...question.candidate, adapter: "json" } }).pipe(
        Effect.provide(models.layer),
      )

      expect(answer).toMatchObject({ outputs: { label: "other" }, retried: true })
      expect(models.requests[1]?.jsonSchema).toBeUndefined()
    }),
  )

  it.effect("gives up after two unreadable answers, with the reasons and the cost of both", () =>
    Effect.gen(function* () {
      const models = scriptedModels((_, call) => (call === 1 ? "refunds" : '{"label": "sales"}'))

      const error = yield* askProgram(question).pipe(Effect.provide(models.layer), Effect.flip)

      expect(models.requests).toHaveLength(2)
      expect(error).toMatchObject({ _tag: "AdapterParseError", usage: twice })
      expect(error.message).toContain('the answer says "refunds"')
      expect(error.message).toContain('Asked again: Output "label": expected one of: billing; other')
      expect(error.message).toContain('"sales"')
    }),
  )

  it.effect("keeps what the first answer cost when the second call fails", () =>
    Effect.gen(function* () {
      const models = scriptedModels((_, call) => (call === 1 ? "refunds" : failure("rate_limited")))

      const error = yield* askProgram(question).pipe(Effect.provide(models.layer), Effect.flip)

      expect(error).toMatchObject({ _tag: "ModelError", reason: "rate_limited", usage })
    }),
  )

  it.effect("does not ask again when the first call fails", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => failure("refused"))

      const error = yield* askProgram(question).pipe(Effect.provide(models.layer), Effect.flip)

      expect(error).toMatchObject({ _tag: "ModelError", reason: "refused" })
      expect(models.requests).toHaveLength(1)
    }),
  )

  it.effect("shows the rows nearest to the input, the most similar last, in place of fixed demos", () =>
    Effect.gen(function* () {
      const rows = [
        { inputs: { message: "refund for my order" }, outputs: { label: "billing" } },
        { inputs: { message: "a completely unlike text" }, outputs: { label: "other" } },
        { inputs: { message: "where is my refund" }, outputs: { label: "billing" } },
      ]
      const models = scriptedModels(() => "[[ ## label ## ]]\nbilling")

      yield* askProgram({
        ...question,
        candidate: {
          ...question.candidate,
          demos: [{ inputs: { message: "fixed" }, outputs: { label: "other" }, augmented: false }],
          retrieval: { k: 2, rows: "0".repeat(64), count: 3 },
        },
        rows: demoLookup(rows, question.signature),
      }).pipe(Effect.provide(models.layer))

      const shown = (models.requests[0]?.messages ?? []).filter(({ role }) => role === "user").slice(0, -1)
      expect(shown.map(({ content }) => content.split("\n")[1])).toEqual(["refund for my order", "where is my refund"])
    }),
  )

  it.effect("sends what DSPy would have sent, where the program came with it", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => "[[ ## label ## ]]\nother\n\n[[ ## completed ## ]]")
      const frozen = [
        { adapter: "chat" as const, system: "frozen", demos: [], closing: "Go.", parity: [], dspyVersion: "3.3.1" },
      ]

      yield* askProgram({ ...question, frozen }).pipe(Effect.provide(models.layer))

      expect(models.requests[0]?.messages).toEqual([
        { role: "system", content: "frozen" },
        { role: "user", content: "[[ ## message ## ]]\nWhere is my refund?\n\nGo." },
      ])
    }),
  )
})

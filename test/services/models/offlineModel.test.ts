import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ask, givenModels } from "./givenModels.ts"

const noNetwork = () => Promise.reject(new Error("the network was used"))

describe("the offline model", () => {
  const prompt = "Classify the message.\n\nMessage: Where is my parcel?\nIntent:"

  it.effect("answers without a key and without the network, and costs nothing", () =>
    Effect.gen(function* () {
      const { models, facts } = yield* givenModels({ environment: {}, fetch: noNetwork })

      const model = yield* models.resolve({ family: "claude", requested: "sonnet" })
      const answer = yield* models.generate(ask(model, prompt))
      const again = yield* models.generate(ask(model, prompt))

      expect(answer).toMatchObject({ model: "offline/in-context", finishReason: "stop", usage: { costUsd: 0 } })
      expect(answer.usage.tokens.input).toBeGreaterThan(0)
      expect(again).toEqual(answer)
      expect(facts).toMatchObject([{ model, attempt: 1, usage: answer.usage }, { attempt: 1 }])
    }),
  )

  it.effect("hands its text over to somebody who listens", () =>
    Effect.gen(function* () {
      const { models } = yield* givenModels({ environment: {} })
      const pieces: Array<string> = []

      const onText = (delta: string) => pieces.push(delta)
      const answer = yield* models.generate(ask("offline/in-context", prompt, { onText }))

      expect(pieces.join("")).toBe(answer.text)
    }),
  )
})

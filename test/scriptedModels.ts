import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { FactRecorder } from "../src/services/FactRecorder.ts"
import { type ModelAnswer, type ModelError, type ModelRequest, Models } from "../src/services/models/Models.ts"

/** Models that answer what the script says, and record that they were called. */
export const scriptedModels = (
  answer: (request: ModelRequest) => Effect.Effect<string, ModelError>,
  costUsd: number | null = 0.001,
) =>
  Layer.effect(
    Models,
    Effect.map(FactRecorder, (recorder) => ({
      resolve: () => Effect.succeed("scripted/model"),
      generate: (request) =>
        Effect.gen(function* () {
          const text = yield* answer(request)
          const usage = { tokens: { input: 10, output: 5 }, costUsd }
          const { step, path, track } = request.origin
          yield* recorder.record(request.origin.runId, {
            _tag: "ModelCalled",
            step,
            path,
            track,
            model: request.model,
            attempt: 1,
            usage,
            latencyMs: 1,
          })
          const answered: ModelAnswer = { text, model: request.model, usage, finishReason: "stop" }
          return answered
        }),
    })),
  )

/** The last message of a request: its prompt. */
export const promptOf = ({ messages }: ModelRequest): string => messages.at(-1)?.content ?? ""

import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { OptimizedExecutor } from "../../../src/services/executors/TrackExecutor.ts"
import { FactRecorder } from "../../../src/services/FactRecorder.ts"
import { type ModelRequest, Models } from "../../../src/services/models/Models.ts"
import { StepFailure } from "../../../src/StepFailure.ts"

/** What the steps of the workflow are answered by: a model server, and a program that asks it, too. */
export const servedLayers = (url: string) => ({ models: models(url), optimized })

const usage = { tokens: { input: 10, output: 5 }, costUsd: 0.001 }

const models = (url: string) =>
  Layer.effect(
    Models,
    Effect.map(FactRecorder, (recorder) => ({
      resolve: () => Effect.succeed("served/model"),
      generate: (request: ModelRequest) =>
        Effect.gen(function* () {
          const { runId, ...place } = request.origin
          const text = yield* Effect.promise((signal) => ask(url, request, signal))
          yield* recorder.record(runId, {
            ...{ _tag: "ModelCalled", ...place, model: request.model, attempt: 1, usage, latencyMs: 1 },
          })
          return { text, model: request.model, usage, finishReason: "stop" }
        }),
    })),
  )

const ask = async (url: string, request: ModelRequest, signal: AbortSignal): Promise<string> => {
  const { origin, callName = "", messages } = request
  const body = JSON.stringify({ ...origin, prompt: messages.at(-1)?.content })
  const answer = await fetch(url, { method: "POST", headers: { "Idempotency-Key": callName }, body, signal })
  return answer.text()
}

/** A program that asks in its own way, and never knows how to mend. */
const optimized = Layer.effect(
  OptimizedExecutor,
  Effect.map(Models, ({ generate }) => ({
    readiness: () => Effect.succeed({ programId: "p1", available: true }),
    execute: ({ step, runId, path, scope }) =>
      Effect.gen(function* () {
        const index = Number(String(scope.inputs["topic"]).slice(5))
        const content = `Program for ${step.name} on ${String(scope.inputs["topic"])}`
        const origin = { runId, step: step.name, path, track: "optimized" as const }
        const answer = yield* Effect.orDie(
          generate({ model: "served/model", messages: [{ role: "user", content }], origin }),
        )
        if (step.name === "broken" && index % 2 === 1) {
          return yield* new StepFailure({ reason: "optimization_failed", message: "no idea", usage: answer.usage })
        }
        return { result: { success: true, text: answer.text, outputs: { side: answer.text } }, usage: answer.usage }
      }),
  })),
)

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import { JsonObject } from "../../Json.ts"
import type { OptimizationBench } from "../optimization/Optimizer.ts"
import { ChatRequest, chatCompletion, messagesOf, rolloutsOf } from "./chatCompletion.ts"
import { refusal } from "./refusal.ts"

/** What a worker may name as its model. */
export const endpointModels = { task: "task", prompt: "prompt" } as const

/** Answers a chat request through the bench, which meters it. */
export const completeChat = Effect.fnUntraced(function* (bench: OptimizationBench["Service"]) {
  const request = yield* HttpServerRequest.schemaBodyJson(ChatRequest)
  const model = modelOf(request.model)
  if (model === undefined) {
    return refusal(404, "model_not_found", `there are the models task and prompt, and no ${request.model}`)
  }
  const { temperature, max_tokens } = request
  const answers = yield* Effect.forEach(
    rolloutsOf(request),
    (rollout) =>
      bench.complete(messagesOf(request), {
        model,
        rollout,
        ...(temperature === null || temperature === undefined ? {} : { temperature }),
        ...(max_tokens === null || max_tokens === undefined ? {} : { maxTokens: max_tokens }),
      }),
    { concurrency: 4 },
  )
  const nowMs = yield* Clock.currentTimeMillis
  return HttpServerResponse.jsonUnsafe(
    chatCompletion(request, answers, { id: `chatcmpl-${nowMs}`, created: Math.floor(nowMs / 1000) }),
  )
})

/** Scores an answer by the metric of the search. */
export const judge = Effect.fnUntraced(function* (bench: OptimizationBench["Service"]) {
  const { inputs, expected, actual } = yield* HttpServerRequest.schemaBodyJson(Judged)
  return HttpServerResponse.jsonUnsafe(yield* bench.score({ inputs, outputs: expected }, actual))
})

const Judged = Schema.Struct({ inputs: JsonObject, expected: JsonObject, actual: JsonObject })

const modelOf = (name: string): "task" | "prompt" | undefined => {
  const { task, prompt } = endpointModels
  return name === task || name === prompt ? name : undefined
}

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { noUsage } from "../../Usage.ts"
import { FactRecorder } from "../FactRecorder.ts"
import { type ModelAnswer, type ModelError, type ModelRequest, Models } from "../models/Models.ts"
import { ResponseCaching } from "../models/ResponseCaching.ts"
import { ResponseCache } from "./ResponseCache.ts"

/**
 * Models that answer a question which they were asked before as they did then, where whoever asks lets them. Such an
 * answer costs nothing, no budget counts it, and it is recorded as `ModelCalled` with `cached`.
 */
export const cachedModels = <E, R>(
  models: Layer.Layer<Models, E, R>,
): Layer.Layer<Models, E, R | ResponseCache | FactRecorder> =>
  Layer.effect(
    Models,
    Effect.gen(function* () {
      const { resolve, generate } = yield* Models
      const cache = yield* ResponseCache
      const facts = yield* FactRecorder

      const told = Effect.fnUntraced(function* ({ model, origin }: ModelRequest, sinceMs: number) {
        const { runId, ...ofStep } = origin
        const latencyMs = (yield* Clock.currentTimeMillis) - sinceMs
        yield* facts.record(runId, {
          _tag: "ModelCalled",
          ...ofStep,
          model,
          attempt: 1,
          latencyMs,
          usage: noUsage,
          cached: true,
        })
      })

      return {
        resolve,
        generate: Effect.fnUntraced(function* (request): Effect.fn.Return<ModelAnswer, ModelError> {
          const caching = yield* ResponseCaching
          if (caching === null) return yield* generate(request)
          const startedAtMs = yield* Clock.currentTimeMillis
          const looked = yield* cache.look(request)
          if (looked._tag === "Missing") {
            const answer = yield* generate(request)
            if (answer.finishReason === "stop") yield* looked.keep(answer)
            return answer
          }
          caching.used()
          request.onText?.(looked.response.text, 1)
          yield* told(request, startedAtMs)
          return { ...looked.response, usage: noUsage }
        }),
      }
    }),
  ).pipe(Layer.provide(models))

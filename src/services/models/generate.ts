import { setImmediate } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { CallLimits } from "../limits/CallLimits.ts"
import { heldBack } from "../limits/heldBack.ts"
import type { Attempted, AttemptFailure } from "./attempt.ts"
import { attempt } from "./attempt.ts"
import { failureMessage } from "./failureMessage.ts"
import { languageModel } from "./languageModel.ts"
import type { ModelLocation } from "./locateModel.ts"
import { locateModel } from "./locateModel.ts"
import type { ModelAnswer, ModelRequest } from "./Models.ts"
import { ModelError } from "./Models.ts"
import type { ModelsOptions } from "./ModelSources.ts"
import { secretsOf } from "./ModelSources.ts"
import { RepeatableCalls } from "./RepeatableCalls.ts"
import { recordAttempt } from "./recordAttempt.ts"
import type { CallFailure } from "./retry.ts"
import { maxRetryAfterMs, retry } from "./retry.ts"

/** One call of a model: located, attempted, repeated where that helps; each attempt passes the limits and is recorded. */
export const generate = Effect.fn("Models.generate")(function* (request: ModelRequest, options: ModelsOptions) {
  const location = yield* Effect.fromResult(locateModel(request.model, options))
  const secrets = secretsOf(options)
  const say = ({ failure }: AttemptFailure) => failureMessage(failure, location, secrets)
  const limit = (yield* CallLimits).of(request.model)
  const attempts = (number: number) => {
    const recorded = (waitedMs: number) =>
      recordAttempt(attemptAt(location, request, number, options), { request, number, say, waitedMs })
    return limit === null ? recorded(0) : heldBack(limit, recorded)
  }
  const retries = (yield* RepeatableCalls) ? options.settings.modelRetries : 0
  const answer: Attempted = yield* retry(attempts, retries).pipe(
    Effect.mapError((failed) => callError(failed, say(failed), request.model)),
  )
  return { ...answer, model: request.model } satisfies ModelAnswer
})

const attemptAt = (
  location: ModelLocation,
  request: ModelRequest,
  number: number,
  { fetch, settings: { modelTimeoutMs, prices } }: ModelsOptions,
): Effect.Effect<Attempted, AttemptFailure> => {
  if (location._tag === "Offline") return answerOffline(request)
  const model = location._tag === "Embedded" ? Effect.succeed(location.model) : languageModel(location, fetch)
  return attempt(model, { request, timeoutMs: request.timeoutMs ?? modelTimeoutMs, prices, number })
}

/** Lets timers and signals have their turn before each answer, which takes no time to wait for. */
const answerOffline = Effect.fnUntraced(function* ({ messages, jsonSchema, onText }: ModelRequest) {
  yield* Effect.promise(() => setImmediate())
  const { offlineAnswer } = yield* Effect.promise(() => import("./offline/offlineAnswer.ts"))
  const { text, tokens } = offlineAnswer(messages, jsonSchema)
  onText?.(text, 1)
  return { text, finishReason: "stop", usage: { tokens, costUsd: 0 } }
})

const callError = (
  { failure, attempts, refusedWaitMs, usage }: CallFailure,
  said: string,
  model: string,
): ModelError => {
  const wait =
    refusedWaitMs === undefined
      ? ""
      : ` It asks to wait ${Math.ceil(refusedWaitMs / 1000)} s, and a call waits ${maxRetryAfterMs / 1000} s at most.`
  const repeated = attempts === 1 ? "" : ` Gave up after ${attempts} attempts.`
  return new ModelError({ reason: failure.reason, message: said + wait + repeated, model, usage })
}

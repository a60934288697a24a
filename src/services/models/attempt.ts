import * as Effect from "effect/Effect"
import type { Price } from "../../Settings.ts"
import type { Usage } from "../../Usage.ts"
import type { RawAnswer } from "./callModel.ts"
import { callModel } from "./callModel.ts"
import type { Failure } from "./classifyFailure.ts"
import { classifyFailure } from "./classifyFailure.ts"
import type { CountedTokens } from "./costUsd.ts"
import { costUsd } from "./costUsd.ts"
import type { ModelRequest } from "./Models.ts"
import type { ModelObject } from "./ModelSources.ts"
import { unusable } from "./unusable.ts"

/** What one attempt brought. */
export interface Attempted {
  readonly text: string
  readonly finishReason: string
  readonly usage: Usage
}

/** How one attempt failed, and what it used up all the same. */
export interface AttemptFailure {
  readonly failure: Failure
  readonly usage: Usage
}

interface AttemptOptions {
  readonly request: ModelRequest
  readonly timeoutMs: number
  readonly prices: Readonly<Record<string, Price>>
  /** From 1. */
  readonly number: number
}

/** One attempt of a call: within its deadline, its answer checked and priced. */
export const attempt = <E>(
  model: Effect.Effect<ModelObject, E>,
  { request, timeoutMs, prices, number }: AttemptOptions,
): Effect.Effect<Attempted, AttemptFailure> => {
  const { onText } = request
  const perDelta = onText === undefined ? undefined : (delta: string) => onText(delta, number)
  return Effect.flatMap(model, (object) => callModel(object, request, perDelta)).pipe(
    Effect.mapError(thrownFailure),
    Effect.timeoutOrElse({ duration: timeoutMs, orElse: () => Effect.fail(timedOut(timeoutMs)) }),
    Effect.flatMap((answer) => checked(answer, request, prices)),
  )
}

const checked = Effect.fnUntraced(function* (
  answer: RawAnswer,
  request: ModelRequest,
  prices: Readonly<Record<string, Price>>,
) {
  const counted = countedTokens(answer)
  const usage: Usage = {
    tokens: { input: counted.input ?? 0, output: counted.output ?? 0 },
    costUsd: yield* costUsd(request.model, counted, prices),
  }
  const failure = unusable(answer)
  if (failure !== undefined) return yield* Effect.fail<AttemptFailure>({ failure, usage })
  return { text: answer.text, finishReason: answer.finishReason, usage }
})

/** The SDK fills a count that is missing with 0, which no answered call can have. */
const countedTokens = ({ text, usage }: RawAnswer): CountedTokens => ({
  input: usage.inputTokens === 0 ? undefined : counted(usage.inputTokens),
  output: usage.outputTokens === 0 && text !== "" ? undefined : counted(usage.outputTokens),
  cacheRead: counted(usage.inputTokenDetails.cacheReadTokens),
  cacheWrite: counted(usage.inputTokenDetails.cacheWriteTokens),
})

/** What a model object reports may be anything. */
const counted = (tokens: number | undefined): number | undefined =>
  tokens !== undefined && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : undefined

const thrownFailure = (thrown: unknown): AttemptFailure => {
  const failure = classifyFailure(thrown)
  return { failure, usage: { tokens: { input: 0, output: 0 }, costUsd: failure.mayBeCharged ? null : 0 } }
}

const timedOut = (timeoutMs: number): AttemptFailure => ({
  failure: {
    reason: "timeout",
    detail: timeoutMs >= 1000 ? `${timeoutMs / 1000} s` : `${timeoutMs} ms`,
    headers: {},
    retryable: true,
    mayBeCharged: true,
  },
  usage: { tokens: { input: 0, output: 0 }, costUsd: null },
})

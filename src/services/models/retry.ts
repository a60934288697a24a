import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type { Usage } from "../../Usage.ts"
import { addUsage, noUsage } from "../../Usage.ts"
import type { Attempted, AttemptFailure } from "./attempt.ts"
import { retryAfterMs } from "./retryAfter.ts"

/** The longest wait a provider may ask for; a call that is told to wait longer fails at once. */
export const maxRetryAfterMs = 120_000

const firstDelayMs = 500
const maxDelayMs = 30_000

/** The last failure of a call, with what all of its attempts used up. */
export interface CallFailure extends AttemptFailure {
  readonly attempts: number
  /** What the provider asked to wait, where that was too long. */
  readonly refusedWaitMs?: number
}

/**
 * Repeats a failed attempt that another one can mend, after the wait that the provider asks for, else
 * after 0.5 s, 1 s, 2 s … up to 30 s, a fifth more or less. Attempts are numbered from 1; the usage is
 * that of all of them.
 */
export const retry = <R>(
  attempt: (number: number) => Effect.Effect<Attempted, AttemptFailure, R>,
  retries: number,
): Effect.Effect<Attempted, CallFailure, R> =>
  Effect.gen(function* () {
    let spent: Usage = noUsage
    for (let number = 1; ; number++) {
      const result = yield* Effect.result(attempt(number))
      if (Result.isSuccess(result)) return { ...result.success, usage: addUsage(spent, result.success.usage) }
      const { failure } = result.failure
      spent = addUsage(spent, result.failure.usage)
      const failed: CallFailure = { failure, usage: spent, attempts: number }
      if (!failure.retryable || number > retries) return yield* Effect.fail(failed)
      const askedMs = retryAfterMs(failure.headers, yield* Clock.currentTimeMillis)
      if (askedMs !== undefined && askedMs > maxRetryAfterMs)
        return yield* Effect.fail<CallFailure>({ ...failed, refusedWaitMs: askedMs })
      yield* Effect.sleep(askedMs ?? (yield* backoffMs(number)))
    }
  })

const backoffMs = (number: number): Effect.Effect<number> =>
  Effect.map(Random.nextBetween(0.8, 1.2), (jitter) =>
    Math.round(Math.min(firstDelayMs * 2 ** (number - 1), maxDelayMs) * jitter),
  )

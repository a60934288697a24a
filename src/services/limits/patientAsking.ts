import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { CacheError } from "../cache/CacheTier.ts"
import type { Fleet } from "../cache/Fleet.ts"

/** Asks, and asks again where that may yet bring an answer. */
export type Asking = <A, R>(question: Effect.Effect<A, CacheError, R>) => Effect.Effect<A, CacheError, R>

/** A cluster takes 4 to 9 s to choose a leader, twice as long where the votes are split. */
export const patienceMs = 20_000

/** How long one answer is waited for; what is asked while there is no leader gets none. */
export const answerMs = 2000

const pauseMs = 250

/**
 * Asks a fleet. One that is there, or was, is waited for while it does not answer; then it is left alone for twice as
 * long as the last silence took, since no call is to wait for every question. One that never was there is not waited for.
 */
export const patientAsking = ({ ready }: Pick<Fleet["Service"], "ready">) => {
  let notBeforeMs = Number.NEGATIVE_INFINITY

  /** For questions that are answered together or not at all. */
  const asker = (): Asking => {
    let [isThere, hasAnswered] = [false, false]
    let failingSinceMs: number | null = null
    const found = Effect.tap(ready, () => Effect.sync(() => void (isThere = true)))
    return Effect.fnUntraced(function* <A, R>(question: Effect.Effect<A, CacheError, R>) {
      while (true) {
        const askedAtMs = yield* monotonicMs
        const asked = yield* Effect.result(isThere ? inTime(question) : Effect.andThen(found, question))
        if (asked._tag === "Success") {
          hasAnswered = true
          failingSinceMs = null
          return asked.success
        }
        const nowMs = yield* monotonicMs
        failingSinceMs ??= askedAtMs
        const mayAnswer = hasAnswered || (isThere && asked.failure.reason === "away")
        if (!mayAnswer || nowMs >= failingSinceMs + patienceMs) {
          notBeforeMs = nowMs + 2 * (nowMs - askedAtMs)
          return yield* asked.failure
        }
        yield* Effect.sleep(pauseMs)
      }
    })
  }
  return { asker, askable: Effect.map(monotonicMs, (nowMs) => nowMs >= notBeforeMs) }
}

const monotonicMs = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

/** Fails where no answer comes in time. */
export const inTime: Asking = (question) =>
  Effect.timeoutOrElse(question, { duration: answerMs, orElse: () => Effect.fail(silent) })

const silent = new CacheError({ reason: "away", tier: "distributed", message: "NATS gives no answer in time." })

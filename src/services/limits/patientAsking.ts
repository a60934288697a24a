import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { CacheError } from "../cache/CacheTier.ts"
import type { Fleet } from "../cache/Fleet.ts"

/** Asks, and asks again where that may yet bring an answer. */
export type Asking = <A, R>(question: Effect.Effect<A, CacheError, R>) => Effect.Effect<A, CacheError, R>

/** How long one answer is waited for; what is asked while there is no leader gets none. */
export const answerMs = 2000

/** How long a fleet is waited for where nobody is there: a server takes some seconds to start again. */
const restartMs = 20_000

/** The same where a server is there: a cluster takes 4 to 9 s to choose a leader, and again where the votes are split. */
const electionMs = 60_000

const pauseMs = 250

/** A silence in which something may have run out, and how long it takes until whoever holds it has it again. */
const silenceMs = 5000
const settlingMs = 2 * answerMs

/**
 * Asks a fleet. One that is there, or was, is waited for while it does not answer; then it is left alone for twice as
 * long as the last silence took, since no call is to wait for every question. One that never was there is not waited for.
 */
export const patientAsking = ({ ready }: Pick<Fleet["Service"], "ready">) => {
  const isReady = Effect.match(ready, { onSuccess: () => true, onFailure: () => false })
  let notBeforeMs = Number.NEGATIVE_INFINITY

  /**
   * For questions that are answered together or not at all. With a harmless one, that is asked first after a silence; the
   * others follow when those that hold something have had time to ask for it again.
   */
  const asker = (harmless: Effect.Effect<unknown, CacheError> | null = null): Asking => {
    let [isThere, hasAnswered] = [false, false]
    let failingSinceMs: number | null = null
    let settledAtMs = Number.NEGATIVE_INFINITY
    const found = Effect.tap(ready, () => Effect.sync(() => void (isThere = true)))
    const patience = (failure: CacheError) =>
      hasAnswered || (isThere && failure.reason === "away")
        ? Effect.map(isReady, (now) => (now ? electionMs : restartMs))
        : Effect.succeed(0)

    /** Null where it was not answered, and is to be asked again. */
    const once = Effect.fnUntraced(function* <A, R>(question: Effect.Effect<A, CacheError, R>, askedAtMs: number) {
      const asked = yield* Effect.result(isThere ? inTime(question) : Effect.andThen(found, question))
      if (asked._tag === "Success") {
        hasAnswered = true
        failingSinceMs = null
        return { answer: asked.success }
      }
      const nowMs = yield* monotonicMs
      failingSinceMs ??= askedAtMs
      if (nowMs >= failingSinceMs + (yield* patience(asked.failure))) {
        notBeforeMs = nowMs + 2 * (nowMs - askedAtMs)
        return yield* asked.failure
      }
      yield* Effect.sleep(pauseMs)
      return null
    })

    return Effect.fnUntraced(function* (question) {
      while (true) {
        const nowMs = yield* monotonicMs
        if (harmless !== null && failingSinceMs !== null && nowMs >= failingSinceMs + silenceMs) {
          if ((yield* once(harmless, nowMs)) !== null) settledAtMs = (yield* monotonicMs) + settlingMs
        } else if (nowMs < settledAtMs) {
          yield* Effect.sleep(settledAtMs - nowMs)
        } else {
          const asked = yield* once(question, nowMs)
          if (asked !== null) return asked.answer
        }
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

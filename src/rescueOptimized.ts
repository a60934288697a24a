import * as Effect from "effect/Effect"
import type { Breakers } from "./Breakers.ts"
import { type FallbackPolicy, fallsBack } from "./machines/fallback.ts"
import type { Outcome } from "./Outcome.ts"
import { notReady, readiness } from "./readiness.ts"
import { runOptimized, runPrevious, type TrackServices } from "./runTracks.ts"
import { StepFailure } from "./StepFailure.ts"
import type { StepTask } from "./StepTask.ts"
import { stopwatch } from "./stopwatch.ts"
import { addUsage, noUsage } from "./Usage.ts"

/** What a fallback strategy tries before the traditional track: the program used before, or the same one after a while. */
export const rescueOptimized = (
  task: StepTask,
  policy: FallbackPolicy,
  breakers: Breakers,
): Effect.Effect<Outcome, never, TrackServices> =>
  policy.strategy === "wait_and_retry" ? waitAndRetry(task, policy, breakers) : runPrevious(task)

const firstWaitMs = 1000
const longestWaitMs = 10_000
/** What waiting leaves for the last try, or half of the time where that is less. */
const lastTryMs = 1000

/** Asks again after 1 s, 2 s, 4 s … up to 10 s, while there is time and the trouble can pass; waiting counts as latency. */
const waitAndRetry = (
  task: StepTask,
  policy: FallbackPolicy,
  breakers: Breakers,
): Effect.Effect<Outcome, never, TrackServices> =>
  Effect.gen(function* () {
    const { maxWaitMs } = policy
    const tookMs = yield* stopwatch
    let last: Outcome = tooLate(task, maxWaitMs)
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      const leftMs = maxWaitMs - (yield* tookMs)
      if (leftMs <= 0) break
      const longestMs = leftMs - Math.min(lastTryMs, leftMs / 2)
      yield* Effect.sleep(Math.min(waitMs, longestMs))
      const outcome = yield* askAgain(task, breakers, maxWaitMs - (yield* tookMs))
      if (outcome !== null) {
        const waitedMs = (last.waitedMs ?? 0) + (outcome.waitedMs ?? 0)
        last = { ...outcome, usage: addUsage(last.usage, outcome.usage), waitedMs }
        if (outcome._tag === "Answered" || !fallsBack(outcome, policy)) break
      }
      if (waitMs >= longestMs) break
    }
    return { ...last, latencyMs: yield* tookMs }
  })

/** Null where there is nobody to ask. */
const askAgain = (
  task: StepTask,
  breakers: Breakers,
  leftMs: number,
): Effect.Effect<Outcome | null, never, TrackServices> =>
  Effect.gen(function* () {
    const tookMs = yield* stopwatch
    const unsaid = { duration: leftMs, orElse: () => Effect.succeed(notReady) }
    const { programId, available } = yield* Effect.timeoutOrElse(readiness(task), unsaid)
    if (programId === null || !available || breakers.state(task, programId) === "open") return null
    return yield* runOptimized(task, breakers, leftMs - (yield* tookMs))
  })

const tooLate = ({ step }: StepTask, maxWaitMs: number): Outcome => ({
  _tag: "Unanswered",
  track: "optimized",
  usage: noUsage,
  latencyMs: 0,
  failure: new StepFailure({
    reason: "dspy_unavailable",
    message: `step "${step.name}": the optimized track was not back within ${maxWaitMs} ms (max_wait_time)`,
  }),
})

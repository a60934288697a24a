import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { stopwatch } from "../../stopwatch.ts"
import type { Usage } from "../../Usage.ts"
import { FactRecorder } from "../FactRecorder.ts"
import type { Attempted, AttemptFailure } from "./attempt.ts"
import type { ModelRequest } from "./Models.ts"

interface AttemptRecord {
  readonly request: ModelRequest
  readonly number: number
  /** A failure in words; its message goes into the event. */
  readonly say: (failed: AttemptFailure) => string
  /** How long it had waited for its limits; no part of its latency. */
  readonly waitedMs: number
}

/** What is told of; less than that, asking may take. */
const leastWaitedMs = 10

/** Records the attempt as `ModelCalled`, however it ends; one that is interrupted has the error "cancelled". */
export const recordAttempt = Effect.fnUntraced(function* (
  attempt: Effect.Effect<Attempted, AttemptFailure>,
  { request, number, say, waitedMs }: AttemptRecord,
) {
  const facts = yield* FactRecorder
  const tookMs = yield* stopwatch
  const { runId, ...ofStep } = request.origin
  return yield* Effect.onExit(attempt, (exit) =>
    Effect.flatMap(tookMs, (latencyMs) =>
      facts.record(runId, {
        _tag: "ModelCalled",
        ...ofStep,
        model: request.model,
        attempt: number,
        latencyMs,
        ...(waitedMs < leastWaitedMs ? {} : { waitedMs }),
        ...outcomeOf(exit, say),
      }),
    ),
  )
})

const outcomeOf = (
  exit: Exit.Exit<Attempted, AttemptFailure>,
  say: AttemptRecord["say"],
): { readonly usage: Usage; readonly error?: string } => {
  if (Exit.isSuccess(exit)) return { usage: exit.value.usage }
  const failed = Option.getOrUndefined(Exit.findErrorOption(exit))
  return failed === undefined
    ? { usage: { tokens: { input: 0, output: 0 }, costUsd: null }, error: "cancelled" }
    : { usage: failed.usage, error: say(failed) }
}

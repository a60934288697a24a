import * as Effect from "effect/Effect"
import type { DoubletrackService } from "./DoubletrackService.ts"
import { InputError } from "./InputError.ts"
import { replay } from "./machines/replay.ts"
import { runCancelled } from "./machines/pipelineFacts.ts"
import type { RuntimeParts } from "./openRuntime.ts"
import type { RunEvent } from "./RunEvent.ts"
import { type HeldRun, Journal } from "./services/journal/Journal.ts"
import { summarizeRuns } from "./summarizeRuns.ts"

type RunMethods = Pick<DoubletrackService, "resume" | "runs" | "cancelRun">

/** What can be done with runs that are journaled. */
export const runMethods = ({ runs, stamps }: RuntimeParts, open: () => RuntimeParts["managed"]): RunMethods => ({
  resume: (runId, options = {}) => runs.resume(runId, options),
  runs: async () => open().runPromise(refused(summarizeRuns)),
  cancelRun: async (runId) => open().runPromise(refused(cancelRun(runId, stamps.ofRun))),
})

/** Ends a run that nobody is at; whoever is at one is asked to. */
const cancelRun = Effect.fnUntraced(function* (runId: string, stamp: RuntimeParts["stamps"]["ofRun"]) {
  const journal = yield* Journal
  const run = yield* journal.read(runId)
  const { status } = run.record
  if (status !== "running") return yield* new InputError({ message: `run ${runId} is ${status} already`, problems: [] })
  if (run.holder !== null && !run.holder.gone) {
    yield* journal.askToCancel(runId)
    return "asked" as const
  }
  yield* journal.end(run, cancelled(run, stamp))
  return "cancelled" as const
})

/** A step that was under way may have been charged for what nobody knows of. */
const cancelled = ({ record, beginning, events }: HeldRun, stamp: RuntimeParts["stamps"]["ofRun"]): RunEvent => {
  const { context } = replay(beginning.input, events)
  const { usage, recordedRoute } = context
  const counted = recordedRoute === null ? context : { ...context, usage: { ...usage, costUsd: null } }
  return { ...stamp(record.runId, record.workflow, events.length), ...runCancelled(counted) }
}

/** What cannot be read or written is the user's to mend. */
const refused = <A, E extends { readonly message: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.mapError(effect, ({ message }) => new InputError({ message, problems: [] }))

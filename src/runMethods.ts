import * as Effect from "effect/Effect"
import { cancelledRun } from "./cancelledRun.ts"
import type { DoubletrackService } from "./DoubletrackService.ts"
import { laterRun } from "./followRun.ts"
import { wrongInput } from "./InputError.ts"
import type { RuntimeParts } from "./openRuntime.ts"
import { refused } from "./refused.ts"
import { Journal } from "./services/journal/Journal.ts"
import { summarizeRuns } from "./summarizeRuns.ts"
import type { FleetRuns } from "./workMethods.ts"

type RunMethods = Pick<DoubletrackService, "resume" | "runs" | "cancelRun">

/** What can be done with runs that are journaled. */
export const runMethods = (
  parts: RuntimeParts,
  { open, fleet }: { readonly open: () => RuntimeParts["managed"]; readonly fleet: FleetRuns },
): RunMethods => {
  const { runs } = parts
  /** Whether the run is one that only the fleet can know. */
  const isElsewhere = async (runId: string): Promise<boolean> =>
    fleet.mayKnow && (await open().runPromise(refused(isUnknown(runId))))
  return {
    resume: (runId, options = {}) => {
      if (!fleet.mayKnow) return runs.resume(runId, options)
      const find = async () => ((await isElsewhere(runId)) ? fleet.resume(runId, options) : runs.resume(runId, options))
      const found = find()
      const hadEnded = found.then((run) => run.hadEnded)
      hadEnded.catch(() => {})
      return { ...laterRun(runId, found), hadEnded }
    },
    runs: async () => open().runPromise(refused(summarizeRuns)),
    cancelRun: async (runId) =>
      (await isElsewhere(runId)) ? fleet.cancel(runId) : open().runPromise(refused(cancelRun(runId, parts))),
  }
}

const isUnknown = (runId: string) =>
  Journal.use(({ read }) => read(runId)).pipe(
    Effect.as(false),
    Effect.catchIf(
      (error) => error._tag === "JournalError" && error.reason === "unknown_run",
      () => Effect.succeed(true),
    ),
  )

/** Ends a run that nobody is at; whoever is at one is asked to. */
const cancelRun = Effect.fnUntraced(function* (
  runId: string,
  { stamps, fleet }: Pick<RuntimeParts, "stamps" | "fleet">,
) {
  const journal = yield* Journal
  const run = yield* journal.read(runId)
  const { status } = run.record
  if (status !== "running") return yield* wrongInput(`run ${runId} is ${status} already`)
  if (run.holder !== null && !run.holder.gone) {
    yield* journal.askToCancel(runId)
    return "asked" as const
  }
  const events = cancelledRun(run.beginning.input, run.events, stamps.ofRun)
  yield* journal.end(run, events)
  fleet.takeHistory([...run.events, ...events])
  return "cancelled" as const
})

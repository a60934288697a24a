import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import { cancelledRun } from "./cancelledRun.ts"
import { hindranceOf, leftAlone, mostDeaths } from "./hindrance.ts"
import type { RuntimeParts } from "./openRuntime.ts"
import type { Run } from "./Run.ts"
import type { SharedRun } from "./services/journal/RunNote.ts"
import { heldRunOf } from "./services/journal/sharedRecord.ts"
import { EventOutbox } from "./services/nats/EventOutbox.ts"
import { hasEnded, SharedRuns } from "./services/nats/SharedRuns.ts"
import { WorkQueue } from "./services/nats/WorkQueue.ts"

/**
 * What is to become of a run's place in the queue. `over`: it has ended, or nobody goes on with it by itself. `lost`:
 * somebody else is at it.
 */
export type Conclusion = "over" | "lost" | { readonly againAfterMs: number }

export type WorkServices = SharedRuns | WorkQueue | EventOutbox

/** What the runs of a fleet are carried out with. */
export interface WorkHost extends Pick<RuntimeParts, "runs" | "fleet" | "stamps"> {
  readonly managed: ManagedRuntime.ManagedRuntime<WorkServices, never>
  readonly services: Context.Context<WorkServices>
}

export interface Carrying {
  readonly onRun: (run: Run) => void
  /** Whether runs that stop are to go on elsewhere. */
  readonly isStopping: () => boolean
}

/** So many workers in a row may find that they cannot carry a run out. */
const mostRefusals = 4

/** How long events are waited for that have not arrived; they are on disk, and arrive later. */
const patience = "30 seconds"

/** Carries out a run that the queue gave to this process, from where it is. */
export const carryOut = (
  runId: string,
  { runs, fleet, stamps, services }: WorkHost,
  { onRun, isStopping }: Carrying,
): Effect.Effect<Conclusion> => {
  const shared = Context.get(services, SharedRuns)
  const queue = Context.get(services, WorkQueue)
  const outbox = Context.get(services, EventOutbox)

  const leave = (left: { readonly why: string | null; readonly final: boolean }, conclusion: Conclusion) =>
    Effect.map(shared.leave(runId, left), (isKept): Conclusion => (isKept ? conclusion : "lost"))

  const stop = (why: string) => Effect.andThen(Effect.logWarning(why), leave({ why, final: true }, "over"))

  /** It leaves the queue when the fleet has its events, so that they do not depend on this machine. */
  const ended = Effect.as(Effect.timeoutOption(outbox.arrived(runId), patience), "over" as const)

  /** Its events are handed over at once, so that they become one note: a run has a beginning and an end, or neither. */
  const cancelUnbegun = (run: SharedRun) =>
    Effect.gen(function* () {
      const input = heldRunOf(run)?.beginning.input ?? run.job.input
      const events = cancelledRun(input, run.events, stamps.ofRun)
      const kept = events.map((event) => new Promise<void>((resolve) => shared.journal.append(event, resolve)))
      yield* Effect.promise(() => Promise.all(kept))
      if (!shared.isOurs(runId)) return "lost"
      fleet.takeHistory([...run.events, ...events])
      return yield* ended
    })

  const refused = (run: SharedRun, problem: unknown) => {
    const message = problem instanceof Error ? problem.message : String(problem)
    if (run.refusals + 1 >= mostRefusals)
      return stop(`Run ${runId} is left alone, since no worker can go on: ${message}`)
    return Effect.andThen(
      Effect.logWarning(`Run ${runId} cannot be carried out here, and is left to another worker: ${message}`),
      leave({ why: message, final: false }, { againAfterMs: 500 * 2 ** run.refusals }),
    )
  }

  const attend = (run: SharedRun) =>
    Effect.gen(function* () {
      const begun = runs.take(run)
      onRun(begun)
      const problem = yield* Effect.promise(() =>
        begun.result.then(
          () => null,
          (reason: unknown) => ({ reason }),
        ),
      )
      if (problem === null) return yield* ended
      if (!shared.isOurs(runId)) return "lost"
      return yield* isStopping()
        ? leave({ why: null, final: false }, { againAfterMs: 0 })
        : refused(run, problem.reason)
    })

  const goOn = (run: SharedRun): Effect.Effect<Conclusion> =>
    Effect.gen(function* () {
      if (hasEnded(run)) {
        fleet.takeHistory(run.events)
        return yield* ended
      }
      if (run.stopped !== null) return "over"
      if (yield* Effect.orElseSucceed(queue.isCancelAsked(runId), () => false)) return yield* cancelUnbegun(run)
      const isDecided = run.decision.retry !== undefined || run.decision.skip !== undefined
      const hindrance = hindranceTo(run)
      return yield* hindrance === null || isDecided ? attend(run) : stop(hindrance)
    })

  return shared.take(runId).pipe(
    Effect.flatMap(goOn),
    Effect.catchTags({
      NatsError: () => Effect.succeed<Conclusion>({ againAfterMs: 1000 }),
      JournalError: ({ reason, message }) =>
        Effect.gen(function* () {
          yield* Effect.logWarning(message)
          if (reason === "newer") return newerLater
          yield* Effect.ignore(shared.condemn(runId, message))
          return "over"
        }),
    }),
    Effect.ensuring(Effect.sync(() => shared.drop(runId))),
  )
}

/** Another worker may know what a later release has written. */
const newerLater: Conclusion = { againAfterMs: 30_000 }

const hindranceTo = (run: SharedRun): string | null => {
  const held = heldRunOf(run)
  if (held !== null) return hindranceOf(held)
  const deaths = run.deaths + (run.holder === null ? 0 : 1)
  return deaths < mostDeaths ? null : leftAlone(run.job.input.runId, deaths, "before its first step")
}

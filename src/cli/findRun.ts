import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import { refuse } from "../InputError.ts"
import { type HeldRun, Journal } from "../services/journal/Journal.ts"
import type { RunningProcess } from "../services/journal/RunningProcess.ts"
import type { SharedRun } from "../services/journal/RunNote.ts"
import type { Settings } from "../Settings.ts"
import { arrived } from "./arrived.ts"
import { withJournal } from "./openJournal.ts"
import { settingsOf } from "./openTrack.ts"
import type { RootFlags } from "./root.ts"

/** A run that was found, and how it stands in its fleet; null for one of this state directory. */
export interface FoundRun {
  readonly run: HeldRun
  readonly fleet: {
    /** Who is, or was, at it; null while it waits for a worker. */
    readonly worker: RunningProcess | null
    /** Why nobody goes on with it without a person. */
    readonly stopped: string | null
  } | null
}

/** A run of the state directory, else one of the fleet. */
export const findRun = Effect.fnUntraced(function* (flags: RootFlags, runId: string) {
  const { settings } = yield* settingsOf(flags)
  const read = Journal.use((journal) => journal.read(runId)).pipe(Effect.map((run): FoundRun => ({ run, fleet: null })))
  const local = Effect.catchIf(
    read,
    (error) => error._tag === "JournalError" && error.reason === "unknown_run" && settings.nats.servers.length > 0,
    () => Effect.succeed(null),
  )
  return (yield* withJournal(flags, local)) ?? (yield* ofFleet(runId, settings))
})

const ofFleet = Effect.fnUntraced(function* (runId: string, { nats: settings }: Settings) {
  const { Nats } = yield* Effect.promise(() => import("../services/nats/Nats.ts"))
  const { SharedRuns } = yield* Effect.promise(() => import("../services/nats/SharedRuns.ts"))
  const { heldRunOf } = yield* Effect.promise(() => import("../services/journal/sharedRecord.ts"))
  const look = Effect.andThen(
    Nats.use(arrived),
    SharedRuns.use((shared) => shared.look(runId)),
  )
  const noted = yield* look.pipe(
    Effect.provide(SharedRuns.layer.pipe(Layer.provideMerge(Nats.layer(settings, "doubletrack runs")))),
    Effect.provideService(References.MinimumLogLevel, "Error"),
    Effect.catchTags({
      NatsError: ({ message }) => refuse(message),
      JournalError: ({ message }) => refuse(message),
    }),
  )
  const run = noted === null ? null : heldRunOf(begunIn(noted.run))
  if (noted === null || run === null) {
    return yield* refuse(`There is no run ${runId} in this state directory, and the fleet knows none of this name.`)
  }
  const { holder, stopped } = noted.run
  const found: FoundRun = {
    // Whether a worker is still there, others learn from the queue, which gives the run to another one.
    run: { ...run, holder: stopped === null ? { token: "", process: holder, gone: false } : null },
    fleet: { worker: holder, stopped },
  }
  return found
})

/** A run that waits for a worker is shown as it was submitted. */
const begunIn = (run: SharedRun): SharedRun => {
  const { startedAt, killSwitch, settings } = run.job.input
  return run.begun === null ? { ...run, begun: { _tag: "Begun", startedAt, killSwitch, settings, models: {} } } : run
}

import * as Effect from "effect/Effect"
import type { RunEvent } from "../../RunEvent.ts"
import type { HeldRun, Journal, RunOwner } from "./Journal.ts"
import type { JournalError } from "./JournalError.ts"
import type { RunBeginning } from "./RunRecord.ts"

/** The journals of runs that this process carries out for its fleet. */
export interface SharedJournal {
  /** Whether it is one of them; also where it was lost, and is winding down. */
  readonly holds: (runId: string) => boolean
  readonly begin: (beginning: RunBeginning, owner: RunOwner) => void
  /** `done` is called when it is kept, and also when the run is lost. */
  readonly append: (event: RunEvent, done: () => void) => void
  readonly settled: (runId: string) => Promise<void>
  readonly read: (runId: string) => Effect.Effect<HeldRun, JournalError>
  /** Who is told of a run that was begun by somebody else. */
  readonly claim: (runId: string, owner: RunOwner) => void
}

/** The journal of every run: those of the fleet are written where the whole fleet can read them, the others here. */
export const routedJournal = (own: Journal["Service"], shared: SharedJournal): Journal["Service"] => ({
  ...own,
  begin: (record, beginning, owner) =>
    shared.holds(beginning.input.runId) ? shared.begin(beginning, owner) : own.begin(record, beginning, owner),
  append: (event, done) => (shared.holds(event.runId) ? shared.append(event, done) : own.append(event, done)),
  settled: (runId) => (shared.holds(runId) ? shared.settled(runId) : own.settled(runId)),
  read: (runId) => (shared.holds(runId) ? shared.read(runId) : own.read(runId)),
  claim: (run, owner) => {
    const { runId } = run.record
    return shared.holds(runId) ? Effect.sync(() => shared.claim(runId, owner)) : own.claim(run, owner)
  },
})

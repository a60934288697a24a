import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { RunEvent } from "../../RunEvent.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { Holder } from "./holderEntries.ts"
import type { JournalError } from "./JournalError.ts"
import type { PruneLimits } from "./pruneRuns.ts"
import type { JournaledRun } from "./runEntries.ts"
import type { RunBeginning, RunRecord } from "./RunRecord.ts"

/** A run, and who is at it. */
export interface HeldRun extends JournaledRun {
  /** Null where nobody ever was, or the run has ended. */
  readonly holder: Holder | null
}

/** What the holder of a run is told. */
export interface RunOwner {
  /** Another process has taken the run over; nothing that is recorded here counts any more. */
  readonly onLost: () => void
  readonly onCancelAsked: () => void
}

/**
 * What runs did, kept in the store so that they can be resumed. What is recorded is committed in the order in which it
 * comes, all that belongs to one turn of the event loop at once; a process that lost a run writes no more of it.
 */
export class Journal extends Context.Service<
  Journal,
  {
    /** Takes a new run on. */
    readonly begin: (record: Pick<RunRecord, "file">, beginning: RunBeginning, owner: RunOwner) => void
    /** `done` is called when the event is committed; at once where the run is not journaled. */
    readonly append: (event: RunEvent, done: () => void) => void
    /** Resolves when everything that was recorded of the run before is committed. */
    readonly settled: (runId: string) => Promise<void>
    /** Damaged and newer ones are failures of their own. From the oldest to the newest. */
    readonly list: Effect.Effect<ReadonlyArray<RunRecord | JournalError>, StoreError>
    /** Runs that have not ended, and that nobody is at. */
    readonly interrupted: Effect.Effect<ReadonlyArray<string>, StoreError>
    readonly read: (runId: string) => Effect.Effect<HeldRun, JournalError | StoreError>
    /** Takes over a run as it was read; refused where somebody else has since, or is at it. */
    readonly claim: (run: HeldRun, owner: RunOwner) => Effect.Effect<void, JournalError | StoreError>
    /** Ends a run that nobody is at with these events. */
    readonly end: (run: HeldRun, events: ReadonlyArray<RunEvent>) => Effect.Effect<void, JournalError | StoreError>
    /** Asks whoever is at the run to cancel it, which takes about a second. */
    readonly askToCancel: (runId: string) => Effect.Effect<void, StoreError>
    /** Deletes ended runs, the oldest first; gives how many. */
    readonly prune: (limits: PruneLimits) => Effect.Effect<number, StoreError>
  }
>()("doubletrack/services/journal/Journal") {}

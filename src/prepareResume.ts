import { resolve } from "node:path"
import * as Effect from "effect/Effect"
import { changesSince, type LoadFile } from "./changesSince.ts"
import { checkDecision, checkEnded, checkRest, sayTorn } from "./checkResume.ts"
import { type Replay, replay } from "./machines/replay.ts"
import type { PipelineInput } from "./PipelineInput.ts"
import { type Refusal, refused } from "./refused.ts"
import type { ResumeOptions } from "./Run.ts"
import type { ReadyRun } from "./Runs.ts"
import type { StepTypes } from "./services/executors/StepTypes.ts"
import { type HeldRun, Journal, type RunOwner } from "./services/journal/Journal.ts"
import type { Models } from "./services/models/Models.ts"

/** A run that was interrupted and is this process's now, or one that has ended. */
export interface ReadyAgain extends ReadyRun {
  readonly journaled: HeldRun
  readonly ends: Replay["ends"]
}

/** Takes over a run that was interrupted, from where its journal ends; one that has ended stays as it is. Fails before anything is done where that cannot be. */
export const prepareResume = Effect.fnUntraced(function* (
  { runId, options, owner }: { readonly runId: string; readonly options: ResumeOptions; readonly owner: RunOwner },
  load: LoadFile,
): Effect.fn.Return<ReadyAgain, Refusal, Journal | Models | StepTypes> {
  const journal = yield* Journal
  const journaled = yield* refused(journal.read(runId))
  const input = inItsPlace(journaled)
  if (journaled.record.status !== "running") {
    yield* checkEnded(journaled, options)
    return { journaled, ends: [], input, history: journaled.events, first: null }
  }
  yield* sayTorn(journaled)
  const { context, ends, attempts } = replay(input, journaled.events)
  yield* checkDecision(context, options)
  yield* checkRest(context, journaled.beginning.models)
  const changed = yield* changesSince(journaled, load)
  yield* refused(journal.claim(journaled, owner))
  const resumed = { journaled, ends, input, history: journaled.events }
  if (journaled.events.length === 0) return { ...resumed, first: { type: "START" } }
  const skip = options.skip !== undefined
  const died = hasDied(journaled)
  return { ...resumed, replayed: context, first: { type: "RESUME", attempt: attempts + 1, died, changed, skip } }
})

/** A process that leaves its runs takes itself off the list. */
export const hasDied = ({ holder }: HeldRun): boolean => holder !== null && holder.process !== null

/** Relative paths start where they did when the run was begun. */
const inItsPlace = ({ beginning: { input, workingDirectory } }: HeldRun): PipelineInput => ({
  ...input,
  settings: { ...input.settings, workingDirectory, outputDir: resolve(workingDirectory, input.settings.outputDir) },
})

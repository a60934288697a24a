import * as Effect from "effect/Effect"
import type { TraditionalExecutor } from "../executors/TrackExecutor.ts"
import type { Models } from "../models/Models.ts"
import type { ProgramStore } from "../programs/ProgramStore.ts"
import type { Store } from "../store/Store.ts"
import { openCallJournal } from "./CallJournal.ts"
import { type Compiled, compileProgram, type Recalled } from "./compileProgram.ts"
import { storeFailed } from "./concludeJob.ts"
import { jobKey } from "./jobKey.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"
import type { OptimizationError } from "./Optimizer.ts"

export interface Journaled<A, R> {
  readonly recalled?: Recalled
  /** What is done with what was compiled, before the answers it took are forgotten; null: they are to be kept. */
  readonly conclude: (compiled: Compiled) => Effect.Effect<A, OptimizationError, R>
}

/** Compiles with a journal of the job's calls. */
export const journaled = Effect.fnUntraced(function* <A, R>(
  job: OptimizationJob,
  { recalled, conclude }: Journaled<A, R>,
): Effect.fn.Return<A, OptimizationError, R | TraditionalExecutor | Models | ProgramStore | Store> {
  const journal = yield* openCallJournal(jobKey(job), job).pipe(Effect.mapError(storeFailed))
  const concluded = yield* compileProgram(job, journal, recalled).pipe(
    Effect.flatMap(conclude),
    Effect.tapError(() => Effect.mapError(journal.dropFailures, storeFailed)),
  )
  if (concluded !== null) yield* Effect.mapError(journal.drop, storeFailed)
  return concluded
})

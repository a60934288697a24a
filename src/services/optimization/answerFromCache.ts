import * as Effect from "effect/Effect"
import type { CachedOptimization } from "../cache/CachedOptimization.ts"
import type { Found } from "../cache/OptimizationCache.ts"
import type { TraditionalExecutor } from "../executors/TrackExecutor.ts"
import type { Models } from "../models/Models.ts"
import { ProgramStore } from "../programs/ProgramStore.ts"
import type { Store } from "../store/Store.ts"
import { ageText } from "./ageText.ts"
import { Budget } from "./Budget.ts"
import { concludeJob, conclusionOf, type OptimizeReport, storeFailed } from "./concludeJob.ts"
import { journaled } from "./journaled.ts"
import { jobReporter } from "./jobReporter.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"
import type { OptimizationError } from "./Optimizer.ts"
import { verdictOn } from "./verdictOn.ts"

/**
 * Answers a job by what the same job came to before: by the criteria that hold here, and beside the program that is in
 * use here. Where that one was not measured then, it is now, and the search alone is saved. Null where the program needs
 * rows that cannot be had.
 */
export const answerFromCache = Effect.fnUntraced(function* (
  job: OptimizationJob,
  { result, tier, ageMs }: Found,
): Effect.fn.Return<OptimizeReport | null, OptimizationError, TraditionalExecutor | Models | ProgramStore | Store> {
  const { program } = result
  if (!(yield* hasItsRows(result))) return null
  const { current, criteria } = job
  const verdict = verdictOn(result, { candidate: program.candidate, current, criteria })
  const before = `compiled ${ageText(ageMs)} ago with ${program.compilation.calls} calls`
  if (verdict === null) {
    const cached = `${before} and measured again beside the program in use`
    return yield* journaled(job, {
      recalled: result,
      conclude: (compiled) => concludeJob(job, { ...conclusionOf(compiled), cached }),
    })
  }
  return yield* concludeJob(job, {
    program,
    verdict,
    heldOut: program.heldOut,
    spent: { calls: 0, costUsd: 0 },
    cached: `${before}, and taken from the ${tier} cache`,
    reporter: jobReporter(job, new Budget(job.limits, 0)),
  })
})

/** Keeps the rows here that the program picks its demos from; false where they are others than it was compiled with. */
const hasItsRows = Effect.fnUntraced(function* ({ program, rows }: CachedOptimization) {
  const { retrieval } = program.candidate
  if (retrieval === undefined) return true
  const kept = yield* Effect.mapError(
    ProgramStore.use((store) => store.saveRows(rows ?? [])),
    storeFailed,
  )
  if (kept === retrieval.rows) return true
  yield* Effect.logWarning(
    `The rows that came with the cached program ${program.id} are not its own; it is made again.`,
  )
  return false
})

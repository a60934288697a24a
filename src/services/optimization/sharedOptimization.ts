import * as Effect from "effect/Effect"
import type { Program } from "../../Program.ts"
import { type Found, OptimizationCache } from "../cache/OptimizationCache.ts"
import type { OptimizationKey } from "../cache/optimizationKey.ts"
import type { Lease } from "../cache/Leases.ts"
import type { Miss } from "../cache/readThrough.ts"
import { underLease } from "../cache/underLease.ts"
import type { TraditionalExecutor } from "../executors/TrackExecutor.ts"
import type { Models } from "../models/Models.ts"
import { ProgramStore } from "../programs/ProgramStore.ts"
import type { Store } from "../store/Store.ts"
import { answerFromCache } from "./answerFromCache.ts"
import type { Compiled } from "./compileProgram.ts"
import { concludeJob, conclusionOf, type OptimizeReport, storeFailed } from "./concludeJob.ts"
import { type FailuresOfOthers, failuresOfOthers } from "./failuresOfOthers.ts"
import { journaled } from "./journaled.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"
import type { OptimizationError } from "./Optimizer.ts"

type Services = TraditionalExecutor | Models | ProgramStore | OptimizationCache | Store

/** How often one who waits for another's result looks whether it is there. */
const lookEvery = "500 millis"

/**
 * The same optimization is made once: what was made before is taken, what somebody else is making is waited for, and
 * what is made here is kept for the others; so is that it failed, for a while. A result is neither kept nor adopted when
 * its maker had lost the lease, or its signature was invalidated in the meantime.
 */
export const sharedOptimization = Effect.fnUntraced(function* (
  job: OptimizationJob,
  key: OptimizationKey,
): Effect.fn.Return<OptimizeReport, OptimizationError, Services> {
  const cache = yield* OptimizationCache
  const answer = Effect.fnUntraced(function* (looked: Found | Miss) {
    return looked._tag === "Found" ? yield* answerFromCache(job, looked) : null
  })
  const known = yield* Effect.flatMap(cache.get(key), answer)
  if (known !== null) return known
  const failures = yield* failuresOfOthers(job, key)

  let resume = job.resume
  let waiting = false
  while (true) {
    const begun = yield* underLease(cache.leases, `optimize.${key.key.slice(0, 32)}`, (lease) =>
      Effect.gen(function* () {
        const looked = yield* cache.get(key, { fresh: true })
        const inTheMeantime = yield* answer(looked)
        if (inTheMeantime !== null) return inTheMeantime
        yield* failures.check
        const epoch = looked._tag === "Miss" ? looked.epoch : yield* cache.epoch(key.signatureHash)
        const again = { ...job, resume }
        resume = true
        const sharing = { key, epoch, lease, failures }
        return yield* journaled(again, { conclude: (compiled) => share(again, sharing, compiled) }).pipe(
          Effect.tapError((error) => failures.remember(error, sharing)),
        )
      }),
    )
    if (begun._tag === "Done" && begun.value !== null) return begun.value
    if (begun._tag === "Held" && !waiting) {
      waiting = true
      yield* job.notice(`step "${job.step.name}" is being optimized in the same way by another process; waiting for it`)
    }
    yield* Effect.sleep(lookEvery)
    const theirs = yield* Effect.flatMap(cache.get(key, { fresh: true }), answer)
    if (theirs !== null) return theirs
    yield* failures.check
  }
})

interface Sharing {
  readonly key: OptimizationKey
  /** Of the signature when the job was begun. */
  readonly epoch: number
  readonly lease: Lease | null
  readonly failures: FailuresOfOthers
}

/** Keeps and adopts what was compiled; null where somebody else has the right to by now. */
const share = Effect.fnUntraced(function* (
  job: OptimizationJob,
  { key, epoch, lease, failures }: Sharing,
  compiled: Compiled,
): Effect.fn.Return<OptimizeReport | null, OptimizationError, ProgramStore | OptimizationCache> {
  const cache = yield* OptimizationCache
  const conclusion = conclusionOf(compiled)
  if ((yield* cache.epoch(key.signatureHash)) > epoch) {
    return yield* concludeJob(job, { ...conclusion, verdict: invalidated })
  }
  if (lease !== null && !(yield* Effect.orElseSucceed(lease.renew, () => true))) return null
  const { program, facts, validationScore, verdict } = compiled
  if (facts !== null) {
    const fence = lease?.token ?? 0
    const result = { v: 1 as const, program, rows: yield* rowsOf(program), validationScore, ...facts }
    if (!(yield* cache.put(key, result, { epoch, adopted: verdict.adopted, fence }))) return null
  } else {
    yield* failures.remember({ reason: "budget_exhausted", message: `${verdict.reason}.` }, { epoch, lease })
  }
  return yield* concludeJob(job, conclusion)
})

const rowsOf = ({ candidate: { retrieval } }: Program) =>
  retrieval === undefined
    ? Effect.succeed(null)
    : ProgramStore.use((store) => store.rows(retrieval.rows)).pipe(Effect.mapError(storeFailed))

const invalidated = {
  adopted: false,
  reason: "its signature was invalidated while it was compiled, so it is not known whether it still fits",
}

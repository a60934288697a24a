import * as Effect from "effect/Effect"
import type { HeldOutScore, Program } from "../../Program.ts"
import { signatureHash } from "../../signatureHash.ts"
import { ProgramStore } from "../programs/ProgramStore.ts"
import type { Verdict } from "./adoption.ts"
import type { Compiled } from "./compileProgram.ts"
import type { JobReporter } from "./jobReporter.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"
import { OptimizationError } from "./Optimizer.ts"

/** What came of an optimization. */
export interface OptimizeReport {
  readonly programId: string
  readonly step: string
  readonly optimizer: string
  readonly engine: "embedded" | "dspy"
  readonly adopted: boolean
  readonly reason: string
  /** Null where the budget did not suffice to measure the program. */
  readonly heldOut: Omit<HeldOutScore, "metric"> | null
  /** Model calls of the whole job, those of an interrupted start included; 0 where everything was known. */
  readonly calls: number
  /** USD; null where a price is not known. */
  readonly costUsd: number | null
  readonly trials: number
  /** Whether the program was compiled before, here or on another node. */
  readonly cached: boolean
}

/** What a job ends with. */
export interface Conclusion {
  readonly program: Program
  readonly verdict: Verdict
  readonly heldOut: HeldOutScore | null
  readonly spent: Pick<OptimizeReport, "calls" | "costUsd">
  /** How people are told that the program was compiled before; absent: it was not. */
  readonly cached?: string
  readonly reporter: JobReporter
}

/** What a job ends with that nobody did before. */
export const conclusionOf = ({ program, verdict, heldOut, budget, reporter }: Compiled): Conclusion => ({
  program,
  verdict,
  heldOut,
  spent: { calls: budget.calls, costUsd: budget.usage.costUsd },
  reporter,
})

/** Keeps the program, adopted or not, and tells. */
export const concludeJob = Effect.fnUntraced(function* (
  { current, workflow, step, signature, optimizer, engine }: OptimizationJob,
  { program, verdict, heldOut, spent, cached, reporter }: Conclusion,
): Effect.fn.Return<OptimizeReport, OptimizationError, ProgramStore> {
  const store = yield* ProgramStore
  const withdrawal = verdict.adopted ? yield* Effect.mapError(store.withdrawnBecause(program), storeFailed) : null
  const judged =
    program.id === current?.id ? stillInUse(verdict) : withdrawal === null ? verdict : takenOut(withdrawal, verdict)
  const kept = cached === undefined ? judged : { ...judged, reason: `${judged.reason}; ${cached}` }
  yield* Effect.mapError(store.save(program, kept), storeFailed)
  const place = { workflow: workflow.name, step: step.name, signatureHash: signatureHash(signature) }
  // It may be the one that was in use and could not be read, which is whole again.
  const inUse = kept.adopted ? null : yield* Effect.orElseSucceed(store.adopted(place), () => null)
  const told = inUse?.id === program.id ? stillInUse(kept) : kept
  if (cached === undefined) yield* reporter.compiled(program.id)
  yield* reporter.judged(program.id, told)
  return {
    programId: program.id,
    step: step.name,
    optimizer: optimizer.name,
    engine,
    ...told,
    heldOut: heldOut === null ? null : withoutMetric(heldOut),
    ...spent,
    trials: program.compilation.trials,
    cached: cached !== undefined,
  }
})

export const storeFailed = ({ message }: { readonly message: string }): OptimizationError =>
  new OptimizationError({ reason: "configuration", message })

/** A search that comes out at the program in use takes nothing away from it. */
const stillInUse = ({ adopted, reason }: Verdict): Verdict => ({
  adopted: true,
  reason: adopted ? reason : `it is the program in use and stays so, though it would not be adopted today: ${reason}`,
})

/** What failed in use, or a person did not want, comes back by a person's hand alone. */
const takenOut = (withdrawal: string, { reason }: Verdict): Verdict => ({
  adopted: false,
  reason: `it was taken out of use before (${withdrawal}); promote it by hand to serve it again. It measures ${reason}`,
})

const withoutMetric = ({ metric: _, ...scores }: HeldOutScore): Omit<HeldOutScore, "metric"> => scores

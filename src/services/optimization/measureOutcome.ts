import * as Effect from "effect/Effect"
import { canonicalJson } from "../../canonicalJson.ts"
import type { HeldOutScore } from "../../Program.ts"
import { meanOf } from "../../statistics/intervals.ts"
import { adoption, gainOver, type Verdict } from "./adoption.ts"
import type { OpenBench } from "./bench.ts"
import type { Measured } from "./Measured.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"
import type { OptimizationError, Optimized } from "./Optimizer.ts"

/** What a program is worth, and whether it is adopted. */
export interface MeasuredOutcome {
  readonly verdict: Verdict
  /** Null where the budget did not suffice to measure the program. */
  readonly heldOut: HeldOutScore | null
}

/** Measures a program on the held-out rows, and the program in use where it would replace one. */
export const measureOutcome = Effect.fnUntraced(function* (
  { data, current, criteria, metric }: OptimizationJob,
  { candidate, frozen }: Optimized,
  baseline: Measured,
  { measure }: OpenBench,
): Effect.fn.Return<MeasuredOutcome, OptimizationError> {
  const ifAffordable = (program: Parameters<OpenBench["measure"]>[0]) =>
    Effect.catchIf(
      measure(program, data.heldOut),
      ({ reason }) => reason === "budget_exhausted",
      () => Effect.succeed(null),
    )
  const optimized = yield* ifAffordable({ candidate, ...(frozen === undefined ? {} : { frozen }) })
  if (optimized === null)
    return { verdict: notMeasured("the program was measured on the held-out rows"), heldOut: null }

  const { interval, n } = gainOver(optimized, baseline)
  const heldOut: HeldOutScore = {
    metric: metric.name,
    baseline: meanOf(baseline.scores),
    optimized: meanOf(optimized.scores),
    n,
    interval: [interval[0], interval[1]],
  }
  const verdict = adoption(optimized, { ...baseline, name: "the traditional track" }, criteria)
  if (!verdict.adopted || current === null) return { verdict, heldOut }
  if (canonicalJson(candidate) === canonicalJson(current.candidate)) return { verdict, heldOut }

  const before = yield* ifAffordable(current)
  if (before === null) return { verdict: notMeasured("the program in use was measured beside it"), heldOut }
  const against = adoption(optimized, { ...before, name: `the program in use, ${current.id},` }, criteria)
  return {
    verdict: against.adopted ? { adopted: true, reason: `${verdict.reason}; ${against.reason}` } : against,
    heldOut,
  }
})

const notMeasured = (before: string): Verdict => ({
  adopted: false,
  reason: `the budget was used up before ${before}`,
})

import * as Effect from "effect/Effect"
import type { HeldOutScore } from "../../Program.ts"
import { meanOf } from "../../statistics/intervals.ts"
import { gainOver, type Verdict } from "./adoption.ts"
import type { OpenBench } from "./bench.ts"
import type { Measured } from "./Measured.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"
import type { OptimizationError, Optimized } from "./Optimizer.ts"
import { type MeasuredFacts, verdictOn } from "./verdictOn.ts"

/** What a program is worth, and whether it is adopted. */
export interface MeasuredOutcome {
  readonly verdict: Verdict
  /** Null where the budget did not suffice to measure the program. */
  readonly heldOut: HeldOutScore | null
  /** What the verdict rests on; null where the budget did not suffice for all of it. */
  readonly facts: MeasuredFacts | null
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
  if (optimized === null) {
    return { verdict: notMeasured("the program was measured on the held-out rows"), heldOut: null, facts: null }
  }
  const heldOut = heldOutScore(metric.name, optimized, baseline)
  const contest = { candidate, current, criteria }
  const facts = { baseline, optimized, inUse: null }
  const verdict = verdictOn(facts, contest)
  if (verdict !== null) return { verdict, heldOut, facts }

  const measured = current === null ? null : yield* ifAffordable(current)
  const complete =
    current === null || measured === null ? facts : { ...facts, inUse: { programId: current.id, measured } }
  const against = verdictOn(complete, contest)
  return against === null
    ? { verdict: notMeasured("the program in use was measured beside it"), heldOut, facts: null }
    : { verdict: against, heldOut, facts: complete }
})

const heldOutScore = (metric: string, optimized: Measured, baseline: Measured): HeldOutScore => {
  const { interval, n } = gainOver(optimized, baseline)
  return {
    metric,
    baseline: meanOf(baseline.scores),
    optimized: meanOf(optimized.scores),
    n,
    interval: [interval[0], interval[1]],
  }
}

const notMeasured = (before: string): Verdict => ({
  adopted: false,
  reason: `the budget was used up before ${before}`,
})

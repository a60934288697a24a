import type { OptimizeReport } from "../services/optimization/concludeJob.ts"
import { count, formatCost, formatShare } from "./format.ts"

/** What came of an optimization, for people. */
export const optimizationText = (report: OptimizeReport): string => {
  const { step, programId, adopted, reason, heldOut, calls, costUsd, trials } = report
  return [
    adopted ? `${step}: adopted ${programId}` : `${step}: not adopted; ${programId} is kept, marked as rejected`,
    ...(heldOut === null ? [] : [`  quality   ${qualityText(heldOut)}`]),
    `  because   ${reason}`,
    `  took      ${count(calls, "call")}, ${formatCost(costUsd)}, ${count(trials, "trial")}`,
    ...(adopted ? [] : [`  to serve it all the same: doubletrack program promote ${programId}`]),
  ].join("\n")
}

const qualityText = ({ baseline, optimized, n }: NonNullable<OptimizeReport["heldOut"]>): string =>
  `${formatShare(baseline)} as written, ${formatShare(optimized)} compiled, on ${count(n, "held-out row")}`

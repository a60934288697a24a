import type { OptimizationLimits } from "./Budget.ts"
import type { RowLimits } from "./optimizationData.ts"
import type { OptimizationPlan } from "./optimizationPlan.ts"

/** Rows at most where nobody says otherwise. */
const usual: RowLimits = { validation: 200, heldOut: 500 }

/** Fewer rows would say nothing about a candidate. */
const least = 10

/** Of the calls that are allowed, at most this share measures what was found; the rest finds it. */
const measuringShare = 0.5

/** With the calls for the search, this many candidates should be compared. */
const comparedCandidates = 8

/** How many rows the job may use, so that a limit of calls is spent on several candidates and on all `contenders` in the end. */
export const rowLimits = (
  { validationSize }: Pick<OptimizationPlan, "validationSize">,
  { maxCalls }: OptimizationLimits,
  { contenders, callsPerRow }: { readonly contenders: number; readonly callsPerRow: number },
): RowLimits => {
  const wanted = { ...usual, ...(validationSize === undefined ? {} : { validation: validationSize }) }
  if (maxCalls === undefined) return wanted
  const affordable = (calls: number, runs: number) => Math.max(least, Math.floor(calls / (runs * callsPerRow)))
  return {
    validation: Math.min(wanted.validation, affordable(maxCalls * (1 - measuringShare), comparedCandidates)),
    heldOut: Math.min(wanted.heldOut, affordable(maxCalls * measuringShare, contenders)),
  }
}

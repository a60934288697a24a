import type { BudgetLimitName } from "../../BudgetLimits.ts"
import type { RunFact } from "../../RunEvent.ts"
import { ModelError, type ModelRequest } from "../models/Models.ts"
import { fromUnits, unitsOf } from "./Amount.ts"
import type { Estimate } from "./Estimate.ts"
import type { Exceeded } from "./HeldBudget.ts"

/** The failure of a call that does not fit: which limit, whose, what is spent and what to change. */
export const budgetExceeded = (
  { model }: ModelRequest,
  { held, limit, allowed, spent }: Exceeded,
  { amount, priced }: Estimate,
): ModelError => {
  const most = inWords(limit, allowed)
  const wait = held.until === undefined ? "" : `, or wait until ${held.until} 00:00 UTC`
  const wanted =
    limit === "usd" && !priced
      ? `what ${model} costs is not known`
      : `the call needs ${limit === "calls" ? "" : "about "}${inWords(limit, fromUnits(limit, unitsOf(amount, limit)))}`
  return new ModelError({
    reason: "budget_exceeded",
    model,
    message:
      `The budget of ${held.whose} is used up: ${inWords(limit, spent)} of ${most} are spent or reserved for calls ` +
      `under way, and ${wanted}. Raise ${held.setting(limit)}${wait}.`,
  })
}

/** The same for those who watch the run. */
export const budgetExceededFact = (
  { origin: { step, path, track } }: ModelRequest,
  { held: { budget }, limit, allowed, spent }: Exceeded,
): RunFact => ({ _tag: "BudgetExceeded", step, path, track, limit, budget, allowed, spent })

const inWords = (limit: BudgetLimitName, value: number): string => {
  if (limit === "usd") return `$${Number(value.toPrecision(4))}`
  return `${value} ${value === 1 ? limit.slice(0, -1) : limit}`
}

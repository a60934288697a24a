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
  estimate: Estimate,
): ModelError => {
  const wait = held.until === undefined ? "" : `, or wait until ${held.until} 00:00 UTC`
  return new ModelError({
    reason: "budget_exceeded",
    model,
    message:
      `The budget of ${held.whose} is used up. Spent or reserved for calls under way: ` +
      `${amountOf(limit, spent)} of ${amountOf(limit, allowed)}${limit === "usd" ? "" : ` ${limit}`}` +
      `${needed(model, limit, estimate)}. Raise ${held.setting(limit)}${wait}.`,
  })
}

const needed = (model: string, limit: BudgetLimitName, { amount, priced }: Estimate): string => {
  if (limit === "calls") return ""
  return limit === "usd" && !priced
    ? `; what ${model} costs is not known`
    : `; this call needs about ${amountOf(limit, fromUnits(limit, unitsOf(amount, limit)))}`
}

/** The same for those who watch the run. */
export const budgetExceededFact = (
  { origin: { step, path, track } }: ModelRequest,
  { held: { budget }, limit, allowed, spent }: Exceeded,
): RunFact => ({ _tag: "BudgetExceeded", step, path, track, limit, budget, allowed, spent })

const amountOf = (limit: BudgetLimitName, value: number): string =>
  limit === "usd" ? `$${Number(value.toPrecision(4))}` : `${value}`

import { type BudgetLimitName, budgetLimitNames, type BudgetLimits } from "../../BudgetLimits.ts"
import type { Account } from "./Account.ts"
import { fromUnits, toUnits, unitsOf } from "./Amount.ts"
import type { Estimate } from "./Estimate.ts"

/** Limits, and the account that is held to them. */
export interface HeldBudget {
  readonly budget: "run" | "step" | "workflow"
  readonly limits: BudgetLimits
  readonly account: Account
  /** Whose it is, for messages: `step "draft"`. */
  readonly whose: string
  /** Where a limit is set, for messages: `hybrid_config.budget.run.calls`. */
  readonly setting: (limit: BudgetLimitName) => string
  /** The day that the account starts anew, as `2026-01-31`; absent: it never does. */
  readonly until?: string
}

/** A limit that a call does not fit into. */
export interface Exceeded {
  readonly held: HeldBudget
  readonly limit: BudgetLimitName
  readonly allowed: number
  /** Spent, or reserved for calls under way. */
  readonly spent: number
}

/** The first limit that an estimate does not fit into. A call of unknown price fits as long as any money is left. */
export const exceededBy = ({ amount, priced }: Estimate, budgets: ReadonlyArray<HeldBudget>): Exceeded | undefined => {
  const least = priced ? amount : { ...amount, nanoUsd: 1 }
  for (const held of budgets) {
    for (const limit of budgetLimitNames) {
      const allowed = held.limits[limit]
      const more = unitsOf(least, limit)
      if (allowed === undefined || more <= unitsLeft(held, limit, allowed) || more === 0) continue
      return { held, limit, allowed, spent: fromUnits(limit, unitsOf(held.account.held, limit)) }
    }
  }
  return undefined
}

/** What the budgets leave of a limit, the least of them; null: none of them has it. */
export const leftOf = (budgets: ReadonlyArray<HeldBudget>, limit: BudgetLimitName): number | null => {
  const left = budgets.flatMap((held) => {
    const allowed = held.limits[limit]
    return allowed === undefined ? [] : [Math.max(0, unitsLeft(held, limit, allowed))]
  })
  return left.length === 0 ? null : fromUnits(limit, Math.min(...left))
}

const unitsLeft = ({ account }: HeldBudget, limit: BudgetLimitName, allowed: number): number =>
  toUnits(limit, allowed) - unitsOf(account.held, limit)

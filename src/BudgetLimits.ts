import * as Schema from "effect/Schema"

const Amount = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** What model calls may use up together; an absent limit is none, 0 allows nothing. */
export const BudgetLimits = Schema.Struct({
  usd: Schema.optionalKey(Amount),
  /** Input and output together. */
  tokens: Schema.optionalKey(Count),
  /** A call that the provider's client repeats counts once. */
  calls: Schema.optionalKey(Count),
})
export type BudgetLimits = typeof BudgetLimits.Type

/** A calendar period in UTC; weeks begin on Monday. */
export const BudgetPeriod = Schema.Literals(["day", "week", "month"])
export type BudgetPeriod = typeof BudgetPeriod.Type

/** What all runs of a workflow may use up in each period. */
export const WorkflowBudget = Schema.Struct({
  ...BudgetLimits.fields,
  /** Default `day`. */
  per: Schema.optionalKey(BudgetPeriod),
})
export type WorkflowBudget = typeof WorkflowBudget.Type

/** `hybrid_config.budget`: of one run, of each step of a run, and of all runs of the workflow. */
export const BudgetConfig = Schema.Struct({
  run: Schema.optionalKey(BudgetLimits),
  step: Schema.optionalKey(BudgetLimits),
  workflow: Schema.optionalKey(WorkflowBudget),
})
export type BudgetConfig = typeof BudgetConfig.Type

/** The names of the limits. */
export const budgetLimitNames = ["usd", "tokens", "calls"] as const
export type BudgetLimitName = (typeof budgetLimitNames)[number]

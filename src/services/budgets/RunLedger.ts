import type { BudgetLimits, BudgetPeriod } from "../../BudgetLimits.ts"
import { Account } from "./Account.ts"
import { type Amount, nanoUsdOf, nothing } from "./Amount.ts"
import type { BudgetedRun, MadeCall } from "./Budgets.ts"
import type { Exceeded, HeldBudget } from "./HeldBudget.ts"
import { type StepBudget, stepBudgets } from "./stepBudgets.ts"

/** The accounts of one run and its steps. */
export class RunLedger {
  readonly workflow: string
  /** Absent where the workflow as a whole has no limit. */
  readonly ofWorkflow: { readonly limits: BudgetLimits; readonly per: BudgetPeriod } | undefined
  readonly #run: HeldBudget
  readonly #budgetsAt: (path: string) => ReadonlyArray<StepBudget>
  readonly #steps = new Map<string, Account>()
  readonly #said = new Set<string>()

  constructor({ workflow, limits = {}, made = [] }: BudgetedRun) {
    const budget = workflow.hybrid_config?.budget
    const { per = "day", ...ofWorkflow } = budget?.workflow ?? {}
    this.workflow = workflow.name
    this.ofWorkflow = Object.keys(ofWorkflow).length === 0 ? undefined : { limits: ofWorkflow, per }
    this.#budgetsAt = stepBudgets(workflow)
    this.#run = {
      budget: "run",
      limits: { ...budget?.run, ...limits },
      account: new Account(),
      whose: "the run",
      setting: (limit) =>
        limits[limit] === undefined ? `hybrid_config.budget.run.${limit}` : `budget.${limit} of the run's options`,
    }
    for (const call of made) {
      for (const { account } of this.budgetsAt(call.path)) account.settle(nothing, amountOf(call))
    }
  }

  /** What a step and the run are held to, the narrower first. */
  budgetsAt(path: string): ReadonlyArray<HeldBudget> {
    return [...this.#budgetsAt(path).map((budget) => this.#step(budget)), this.#run]
  }

  /** Whether this was not asked before: each step says once that a limit is exceeded. */
  firstTime(path: string, { held, limit }: Exceeded): boolean {
    const key = JSON.stringify([path, held.budget, limit])
    return !this.#said.has(key) && this.#said.add(key) !== undefined
  }

  #step({ path, limits, own }: StepBudget): HeldBudget {
    const account = this.#steps.get(path) ?? new Account()
    this.#steps.set(path, account)
    return {
      budget: "step",
      limits,
      account,
      whose: `step "${path}"`,
      setting: (limit) =>
        own[limit] === undefined ? `hybrid_config.budget.step.${limit}` : `budget.${limit} of step "${path}"`,
    }
  }
}

/** What nobody knows the price of counts in tokens and calls; attempts of one call count once. */
const amountOf = ({ attempt, usage: { tokens, costUsd } }: MadeCall): Amount => ({
  nanoUsd: nanoUsdOf(costUsd ?? 0),
  tokens: tokens.input + tokens.output,
  calls: attempt === 1 ? 1 : 0,
})

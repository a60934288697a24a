import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { BudgetLimits } from "../../BudgetLimits.ts"
import type { Workflow } from "../../Workflow.ts"
import { valueOf } from "../workflows/rawValue.ts"
import { nameOf, stepsInside } from "../workflows/Surroundings.ts"

/** The limits that one step and everything in it share. */
export interface StepBudget {
  readonly path: string
  readonly limits: BudgetLimits
  /** The limits that stand in the step itself. */
  readonly own: BudgetLimits
}

/** The budgets that hold for the step at a path: its own, and those that the loops and pipelines around it name. */
export const stepBudgets = (workflow: Workflow): ((path: string) => ReadonlyArray<StepBudget>) => {
  const budgets = new Map(ownBudgets(workflow.steps))
  const general = workflow.hybrid_config?.budget?.step ?? {}
  return (path) => {
    const own = budgets.get(path) ?? {}
    const around = [...budgets].filter(([outer]) => path.startsWith(`${outer}/`))
    return [
      { path, limits: { ...general, ...own }, own },
      ...around.map(([outer, limits]) => ({ path: outer, limits, own: limits })),
    ].filter(({ limits }) => Object.keys(limits).length > 0)
  }
}

const decode = Schema.decodeUnknownOption(BudgetLimits)

/** Steps inside others are kept as written; what the checks have called wrong there is no limit. */
const ownBudgets = (steps: ReadonlyArray<unknown>, around = ""): ReadonlyArray<readonly [string, BudgetLimits]> =>
  steps.flatMap((step, index) => {
    const path = around + nameOf(step, index)
    const own = Option.toArray(Option.map(decode(valueOf(step, "budget")), (limits) => [path, limits] as const))
    return [...own, ...ownBudgets(stepsInside(step)?.steps ?? [], `${path}/`)]
  })

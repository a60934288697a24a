import { BudgetConfig, BudgetLimits, WorkflowBudget } from "../../../BudgetLimits.ts"
import { configFindings } from "./configFindings.ts"
import { type DocumentPath, errorAt, type Finding } from "../Finding.ts"
import { didYouMean } from "../suggestions.ts"
import { isMap, quoted, valueOf } from "../rawValue.ts"

/** `budget` of one step. */
export const checkStepBudget = (budget: unknown, path: DocumentPath): ReadonlyArray<Finding> => [
  ...configFindings(BudgetLimits, budget, path),
  ...unknownLimits(budget, path, Object.keys(BudgetLimits.fields)),
]

/** The keys of `hybrid_config.budget`, whose values are checked with those of `hybrid_config`. */
export const checkBudgetConfig = (budget: unknown, path: DocumentPath): ReadonlyArray<Finding> => [
  ...unknownLimits(budget, path, Object.keys(BudgetConfig.fields)),
  ...Object.entries(limitsOf).flatMap(([key, limits]) => unknownLimits(valueOf(budget, key), [...path, key], limits)),
]

const limitsOf = {
  run: Object.keys(BudgetLimits.fields),
  step: Object.keys(BudgetLimits.fields),
  workflow: Object.keys(WorkflowBudget.fields),
} satisfies { readonly [key in keyof BudgetConfig]-?: ReadonlyArray<string> }

/** Elsewhere unknown keys are legal; here a slip of the pen would be no limit at all. */
const unknownLimits = (budget: unknown, path: DocumentPath, known: ReadonlyArray<string>): ReadonlyArray<Finding> =>
  Object.keys(isMap(budget) ? budget : {})
    .filter((key) => !known.includes(key))
    .map((key) => ({
      ...errorAt([...path, key], `Nothing is limited by ${quoted(key)} here. Allowed: ${known.join(", ")}.`),
      hint: () => didYouMean(key, known),
      atKey: true,
    }))

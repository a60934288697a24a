import { type InputError, wrongInput } from "../../InputError.ts"
import { noTrainingData, type OptimizationPlan } from "./optimizationPlan.ts"
import { OptimizationError } from "./Optimizer.ts"
import { leastRows, type RowSources } from "./RowSources.ts"

/** Why there is not enough to learn from: how many rows there are, and how many are needed. */
export const tooFewRows = (
  { step, trainset, collects }: OptimizationPlan,
  { file, expected, answered }: RowSources,
): InputError | OptimizationError => {
  const collected = expected.length + answered.length
  const needed = `at least ${leastRows} are needed to learn from some, select on others and measure on the rest.`
  if (trainset === undefined) {
    const message = `${noTrainingData(step.name)}. Its runs have left ${countText(collected)} so far, and ${needed}`
    return wrongInput(message)
  }
  const beside = collects ? `, and the step's runs have left ${countText(collected)} more` : ""
  return new OptimizationError({
    reason: "invalid_data",
    message: `${trainset} has ${file.length} usable rows${beside}; ${needed}`,
  })
}

const countText = (rows: number): string => (rows === 1 ? "1 row" : `${rows} rows`)

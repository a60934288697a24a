import type { Example } from "../../Example.ts"
import type { OptimizationTask } from "./Optimizer.ts"

/** What candidates are selected on: the training rows where there are none for validation, as in DSPy. */
export const validationRows = ({ valset, trainset }: OptimizationTask): ReadonlyArray<Example> =>
  valset.length > 0 ? valset : trainset

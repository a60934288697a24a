import type { Example } from "../../Example.ts"
import type { Demo } from "../../Program.ts"
import type { OptimizerSettings } from "./Optimizer.ts"

/** An example of the data as a demo. */
export const demoOf = ({ inputs, outputs }: Example): Demo => ({ inputs, outputs, augmented: false })

/** How many demos of each kind a prompt may hold. */
export interface DemoCounts {
  readonly bootstrapped: number
  /** Of both kinds together: labelled ones fill up what bootstrapped ones leave. */
  readonly labeled: number
}

/** DSPy's defaults are 4 bootstrapped ones, filled up to 16; `maxDemos` bounds both. */
export const demoCounts = ({ maxDemos, maxBootstrappedDemos, maxLabeledDemos }: OptimizerSettings): DemoCounts => {
  const labeled = maxLabeledDemos ?? maxDemos ?? 16
  const bootstrapped = maxBootstrappedDemos ?? 4
  const most = maxDemos ?? Number.POSITIVE_INFINITY
  return { bootstrapped: Math.min(bootstrapped, most), labeled: Math.min(labeled, most) }
}

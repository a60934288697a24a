import type { Program } from "../../Program.ts"
import type { AdoptionCriteria, Price } from "../../Settings.ts"
import type { OptimizationKey } from "../cache/optimizationKey.ts"
import type { StepUnderEvaluation } from "../evaluation/evaluatedTask.ts"
import type { Metric } from "../metrics/Metric.ts"
import type { OptimizationLimits } from "./Budget.ts"
import type { OptimizationData } from "./optimizationData.ts"
import type { OptimizeSurroundings } from "./OptimizeOptions.ts"
import type { OptimizationTask, Optimizer, OptimizerSettings } from "./Optimizer.ts"
import type { Engine } from "./optimizers.ts"

/** One optimization of one step, ready to be carried out. */
export interface OptimizationJob extends StepUnderEvaluation {
  readonly optimizer: Optimizer
  readonly engine: Engine
  readonly optimizerSettings: OptimizerSettings
  readonly seed: number
  readonly data: OptimizationData
  readonly metric: Metric
  readonly model: string
  /** The program in use, which a new one has to be better than. */
  readonly current: Program | null
  readonly limits: OptimizationLimits
  readonly prices: Readonly<Record<string, Price>>
  readonly criteria: AdoptionCriteria
  readonly resume: boolean
  readonly background: OptimizeSurroundings["background"]
  /** Calls that a row takes: 1, or 2 where the metric asks a model, too. */
  readonly callsPerRow: number
  /** Calls at the same time. */
  readonly concurrency: number
  readonly record: OptimizeSurroundings["record"]
  readonly notice: OptimizeSurroundings["notice"]
  /** What its result is kept and found under; null: it is not. */
  readonly cacheKey: OptimizationKey | null
}

/** What the optimizer sees of a job: everything but the held-out rows. */
export const taskOf = ({
  signature,
  data,
  seed,
  optimizerSettings,
}: Pick<OptimizationJob, "signature" | "data" | "seed" | "optimizerSettings">): OptimizationTask => ({
  signature,
  student: { instructions: signature.instructions, adapter: "chat", reasoning: false, demos: [] },
  trainset: data.train,
  valset: data.validation,
  seed,
  settings: optimizerSettings,
})

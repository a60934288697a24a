import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import { type InputError, wrongInput } from "../../InputError.ts"
import type { Signature } from "../../Signature.ts"
import type { Step } from "../../Step.ts"
import type { LoadedWorkflow } from "../../Workflow.ts"
import { stepMetricName } from "../metrics/stepMetricName.ts"
import { didYouMean } from "../workflows/suggestions.ts"
import type { OptimizeOptions } from "./OptimizeOptions.ts"
import type { OptimizerSettings } from "./Optimizer.ts"

/** How one step is to be optimized: flags win over the step's `dspy_config`, that over the workflow's, that over the defaults. */
export interface OptimizationPlan {
  readonly step: Step
  readonly signature: Signature
  readonly optimizer: string
  readonly settings: OptimizerSettings
  /** Absent only where rows are collected. */
  readonly trainset?: string
  /** Whether results may be kept, and kept ones taken. */
  readonly cacheEnabled: boolean
  /** Whether rows that runs left are learned from, too. */
  readonly collects: boolean
  readonly valset?: string
  readonly trainingSize?: number
  readonly validationSize?: number
  readonly metric: string
  /** Where the relative path of a metric's module starts. */
  readonly metricDirectory: string
}

export const defaultOptimizer = "bootstrap_few_shot_random_search"

/** A plan for each step that is to be optimized; fails where there is none. */
export const optimizationPlans = Effect.fnUntraced(function* (
  loaded: LoadedWorkflow,
  options: OptimizeOptions,
): Effect.fn.Return<ReadonlyArray<OptimizationPlan>, InputError, Path.Path> {
  const path = yield* Path.Path
  const steps = yield* stepsToOptimize(loaded, options)
  return yield* Effect.forEach(steps, ({ step, signature }) => planOf(step, signature, loaded, options, path))
})

interface SignedStep {
  readonly step: Step
  readonly signature: Signature
}

const stepsToOptimize = Effect.fnUntraced(function* (
  { workflow }: LoadedWorkflow,
  { step: wanted }: OptimizeOptions,
): Effect.fn.Return<ReadonlyArray<SignedStep>, InputError> {
  const names = workflow.steps.map(({ name }) => name)
  const signed = workflow.steps.flatMap(
    (step): ReadonlyArray<SignedStep> => (step.signature === undefined ? [] : [{ step, signature: step.signature }]),
  )
  if (wanted !== undefined) {
    const named = signed.filter(({ step }) => step.name === wanted)
    if (named.length > 0) return named
    return yield* names.includes(wanted)
      ? wrongInput(`step "${wanted}" has no signature, which says what a program takes and gives`)
      : wrongInput(`there is no step "${wanted}" in ${workflow.name}.${didYouMean(wanted, names)}`)
  }
  if (signed.length === 0)
    return yield* wrongInput(`no step of ${workflow.name} has a signature, so there is nothing to optimize`)
  const enabled = signed.filter(
    ({ step }) => step.dspy_config?.optimization_enabled ?? workflow.dspy_config?.optimization_enabled ?? true,
  )
  if (enabled.length > 0) return enabled
  return yield* wrongInput(
    `optimization_enabled is false for ${signed.map(({ step }) => `"${step.name}"`).join(", ")}; name one with --step to optimize it all the same`,
  )
})

const planOf = Effect.fnUntraced(function* (
  step: Step,
  signature: Signature,
  { workflow, directory }: LoadedWorkflow,
  options: OptimizeOptions,
  path: Path.Path,
): Effect.fn.Return<OptimizationPlan, InputError> {
  const config = { ...workflow.dspy_config, ...step.dspy_config }
  const trainset =
    options.trainset ??
    (config.training_data_path === undefined ? undefined : path.join(directory, config.training_data_path))
  const collects = config.collect_training_data === true
  if (trainset === undefined && !collects) return yield* wrongInput(noTrainingData(step.name))
  const demos = options.demos ?? config.few_shot_examples
  const optimizer = options.optimizer ?? config.evaluation_mode ?? defaultOptimizer
  const { training_size: trainingSize, validation_size: validationSize } = workflow.dspy_config ?? {}
  return {
    step,
    signature,
    optimizer,
    settings: {
      ...(demos === undefined ? {} : { maxDemos: demos }),
      ...iterations(optimizer, config.bootstrap_iterations),
    },
    ...(trainset === undefined ? {} : { trainset }),
    cacheEnabled: config.cache_enabled !== false,
    collects,
    ...(options.valset === undefined ? {} : { valset: options.valset }),
    ...(trainingSize === undefined ? {} : { trainingSize }),
    ...(validationSize === undefined ? {} : { validationSize }),
    metric: options.metric ?? stepMetricName(workflow, step, signature),
    metricDirectory: options.metric === undefined ? directory : path.resolve("."),
  }
})

/** What is missing, and what to do. */
export const noTrainingData = (step: string): string =>
  `step "${step}" has no training data: pass --trainset FILE, or set dspy_config.training_data_path`

/** What an iteration is: another round over unsolved rows where demos are bootstrapped once, else another candidate. */
const iterations = (optimizer: string, count: number | undefined): OptimizerSettings => {
  if (count === undefined) return {}
  return optimizer === "bootstrap_few_shot" ? { maxRounds: count } : { candidates: count }
}

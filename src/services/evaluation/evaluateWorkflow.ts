import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { draw } from "../../draw.ts"
import { type InputError, refuse, wrongInput } from "../../InputError.ts"
import { formatProblem } from "../../Problem.ts"
import type { StepFailure } from "../../StepFailure.ts"
import type { RunSettings } from "../../StepTask.ts"
import type { LoadedWorkflow } from "../../Workflow.ts"
import type { DatasetExample } from "../datasets/Dataset.ts"
import { loadDataset } from "../datasets/loadDataset.ts"
import { OptimizedExecutor, type TraditionalExecutor } from "../executors/TrackExecutor.ts"
import type { MetricError } from "../metrics/Metric.ts"
import { metricOf } from "../metrics/metricOf.ts"
import { stepMetricName } from "../metrics/stepMetricName.ts"
import type { Models } from "../models/Models.ts"
import { type ChosenStep, chooseSteps } from "./chooseSteps.ts"
import { type EvaluatedMode, type EvaluatedRow, type EvaluationReport, evaluatedModes } from "./EvaluationReport.ts"
import { evaluatedTask, type StepUnderEvaluation } from "./evaluatedTask.ts"
import { evaluateStep } from "./evaluateStep.ts"

/** What is measured; everything has a default. */
export interface EvaluateOptions {
  /** Relative to the working directory; default: `evaluation_data_path` of the workflow. */
  readonly dataset?: string
  /** Default: every step with a signature that the data set has rows for. */
  readonly step?: string
  /** Default: traditional, and dspy_optimized where a program is adopted. */
  readonly modes?: ReadonlyArray<EvaluatedMode>
  /**
   * A name, or the path of a module, relative to the working directory; default: `evaluation_metric` of the step or the
   * workflow, whose path is relative to the workflow file, else what suits the outputs.
   */
  readonly metric?: string
  /** Rows at most, drawn by the seed. */
  readonly limit?: number
  readonly seed?: number
  /** Model id for every step. */
  readonly model?: string
  /** Rows under way at once. Default 4. */
  readonly concurrency?: number
  readonly onProgress?: (progress: EvaluationProgress) => void
}

/** How far the evaluation of one step is. */
export interface EvaluationProgress {
  readonly step: string
  readonly done: number
  readonly of: number
  /** Mean score until now. */
  readonly quality: { readonly [mode in EvaluatedMode]?: number }
  /** Spent until now, in USD; null where a price is not known. */
  readonly costUsd: number | null
}

/** Where an evaluation runs. */
export interface EvaluationSurroundings extends Pick<StepUnderEvaluation, "run"> {
  readonly settings: RunSettings
}

export type EvaluationServices = TraditionalExecutor | OptimizedExecutor | Models | FileSystem.FileSystem | Path.Path

/** Measures steps of a workflow on a data set, step by step. Everything that can be wrong beforehand is found before anything is spent. */
export const evaluateWorkflow = Effect.fn("evaluateWorkflow")(function* (
  loaded: LoadedWorkflow,
  options: EvaluateOptions,
  surroundings: EvaluationSurroundings,
): Effect.fn.Return<ReadonlyArray<EvaluationReport>, InputError | StepFailure | MetricError, EvaluationServices> {
  yield* checkLimit(options)
  const chosen = yield* chooseSteps(loaded, options)
  const prepared = yield* Effect.forEach(chosen, (each) => prepare(loaded, each, options, surroundings))
  return yield* Effect.forEach(prepared, evaluateStep)
})

const prepare = Effect.fnUntraced(function* (
  { workflow, directory }: LoadedWorkflow,
  { step, signature, file }: ChosenStep,
  options: EvaluateOptions,
  { settings, run }: EvaluationSurroundings,
) {
  const dataset = yield* loadDataset(file, signature)
  const examples = sample(dataset.examples, options)
  const path = yield* Path.Path
  const metric = yield* metricOf(options.metric ?? stepMetricName(workflow, step, signature), {
    directory: options.metric === undefined ? directory : path.resolve("."),
    origin: { runId: run.id, step: step.name, path: step.name, track: "traditional" },
    ...(options.model === undefined ? {} : { model: options.model }),
  })
  const evaluated: StepUnderEvaluation = { workflow, step, signature, settings, run }
  const { modes, programId, warnings } = yield* chooseModes(evaluated, examples, options.modes)
  return {
    ...evaluated,
    dataset,
    examples,
    modes,
    metric,
    programId,
    warnings: [...dataset.problems.map(formatProblem), ...warnings],
    concurrency: options.concurrency ?? 4,
    onRow: progressOf(step.name, examples.length, options.onProgress ?? (() => {})),
  }
})

/** The optimized mode needs an adopted program; asked for by name, it is missed before anything is spent. */
const chooseModes = Effect.fnUntraced(function* (
  evaluated: StepUnderEvaluation,
  [example]: ReadonlyArray<DatasetExample>,
  wanted: ReadonlyArray<EvaluatedMode> | undefined,
) {
  const nothing = { programId: null, warnings: [] }
  if (wanted !== undefined && !wanted.includes("dspy_optimized")) return { modes: wanted, ...nothing }
  const executor = yield* OptimizedExecutor
  const ready =
    example === undefined ? undefined : yield* executor.readiness(evaluatedTask(evaluated, example, "dspy_optimized"))
  const modes = wanted ?? evaluatedModes
  if (ready?.available === true) return { modes, programId: ready.programId, warnings: [] }
  const missing =
    ready === undefined || ready.programId === null
      ? `no program is adopted for step "${evaluated.step.name}"; doubletrack optimize makes one`
      : `program ${ready.programId} of step "${evaluated.step.name}" cannot be asked: no model is available for it`
  if (wanted !== undefined) return yield* wrongInput(missing)
  return {
    modes: ["traditional"] as const,
    programId: null,
    warnings: [`measured the traditional mode only: ${missing}`],
  }
})

/** Rows drawn by the seed, in the order of the file: data sets are often sorted by label. */
const sample = (examples: ReadonlyArray<DatasetExample>, { limit, seed = 0 }: EvaluateOptions) => {
  if (limit === undefined || limit >= examples.length) return examples
  const drawn = examples
    .map((example, index) => ({ example, position: draw(seed, `evaluate ${index}`) }))
    .toSorted((a, b) => a.position - b.position)
    .slice(0, limit)
  return drawn.map(({ example }) => example).toSorted((a, b) => a.line - b.line)
}

const progressOf = (step: string, of: number, onProgress: (progress: EvaluationProgress) => void) => {
  const sums = { done: 0, traditional: 0, dspy_optimized: 0 }
  let costUsd: number | null = 0
  return ({ answers }: EvaluatedRow): void => {
    const measured = evaluatedModes.flatMap((mode) => {
      const answer = answers[mode]
      return answer === undefined ? [] : [{ mode, answer }]
    })
    sums.done += 1
    for (const { mode, answer } of measured) {
      sums[mode] += answer.score
      costUsd = costUsd === null || answer.costUsd === null ? null : costUsd + answer.costUsd
    }
    const quality = Object.fromEntries(measured.map(({ mode }) => [mode, sums[mode] / sums.done]))
    onProgress({ step, done: sums.done, of, quality, costUsd })
  }
}

const checkLimit = ({ limit }: EvaluateOptions) =>
  limit !== undefined && (!Number.isInteger(limit) || limit < 2)
    ? refuse(`--limit ${limit}: at least 2 rows are needed`)
    : Effect.void

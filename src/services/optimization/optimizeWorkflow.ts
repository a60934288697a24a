import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type { InputError } from "../../InputError.ts"
import { signatureHash } from "../../signatureHash.ts"
import type { LoadedWorkflow } from "../../Workflow.ts"
import type { DspyOptions } from "../dspy/DspyOptions.ts"
import { evaluatedTask } from "../evaluation/evaluatedTask.ts"
import { stepModel } from "../executors/stepModel.ts"
import type { TraditionalExecutor } from "../executors/TrackExecutor.ts"
import { metricOf } from "../metrics/metricOf.ts"
import type { Models } from "../models/Models.ts"
import type { ProgramStore } from "../programs/ProgramStore.ts"
import type { OptimizationCache } from "../cache/OptimizationCache.ts"
import type { Store } from "../store/Store.ts"
import type { OptimizationLimits } from "./Budget.ts"
import { jobCacheKey } from "./jobCacheKey.ts"
import { optimizationData } from "./optimizationData.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"
import { type OptimizationPlan, optimizationPlans } from "./optimizationPlan.ts"
import type { OptimizeOptions, OptimizeSurroundings } from "./OptimizeOptions.ts"
import { OptimizationError } from "./Optimizer.ts"
import { optimizerOf } from "./optimizers.ts"
import type { OptimizeReport } from "./concludeJob.ts"
import { optimizeStep } from "./optimizeStep.ts"
import { programInUse } from "./programInUse.ts"
import { rowLimits } from "./rowLimits.ts"

/**
 * Compiles a program for one step of a workflow, or for each that has a signature which the data fit. Everything that
 * can be wrong with the order is said before anything is spent.
 */
export const optimizeWorkflow = Effect.fnUntraced(function* (
  loaded: LoadedWorkflow,
  options: OptimizeOptions,
  surroundings: OptimizeSurroundings,
): Effect.fn.Return<
  ReadonlyArray<OptimizeReport>,
  InputError | OptimizationError,
  TraditionalExecutor | Models | ProgramStore | OptimizationCache | Store | FileSystem.FileSystem | Path.Path
> {
  const plans = yield* optimizationPlans(loaded, options)
  const prepare = (limits: OptimizationLimits, notice: OptimizeSurroundings["notice"]) =>
    Effect.forEach(plans, (plan) =>
      Effect.result(jobOf(plan, loaded, { ...options, limits }, { ...surroundings, notice })),
    )
  const { limits = {} } = options
  const fitting = plans.length === 1 ? plans : (yield* prepare(limits, () => Effect.void)).filter(Result.isSuccess)
  const prepared = yield* prepare(shareOf(limits, Math.max(1, fitting.length)), surroundings.notice)
  const jobs = prepared.flatMap((result) => (Result.isSuccess(result) ? [result.success] : []))
  const failures = prepared.flatMap((result) => (Result.isFailure(result) ? [result.failure] : []))
  const [failure] = failures
  if (failure !== undefined && jobs.length === 0) return yield* failure
  for (const { message } of failures) yield* surroundings.notice(`left out: ${message}`)
  return yield* Effect.forEach(jobs, optimizeStep)
})

const jobOf = Effect.fnUntraced(function* (
  plan: OptimizationPlan,
  { workflow }: LoadedWorkflow,
  options: OptimizeOptions,
  { settings, runSettings, environment, background, record, notice }: OptimizeSurroundings,
) {
  const { step, signature } = plan
  const { engine = "embedded", limits = {}, concurrency = 8 } = options
  const seed = options.seed ?? settings.seed ?? 0
  const callsPerRow = plan.metric === "llm_judge" ? 2 : 1
  const dspy: DspyOptions = { state: settings.state, environment }
  const chosen = yield* optimizerOf(plan.optimizer, engine === "dspy" ? { engine, dspy } : { engine })
  if (chosen.notice !== undefined) yield* notice(chosen.notice)
  const data = yield* optimizationData(plan, {
    seed,
    rows: rowLimits(plan, limits, { contenders: mostContenders, callsPerRow }),
    notice,
  })

  const run = {
    id: `optimize-${step.name}-${yield* Random.nextIntBetween(0, 2 ** 31)}`,
    startedAt: DateTime.formatIso(yield* DateTime.now),
  }
  const evaluated = { workflow, step, signature, run, settings: runSettings }
  const [first] = data.train
  const model = yield* stepModel(evaluatedTask(evaluated, first ?? { inputs: {}, outputs: {} }, "traditional")).pipe(
    Effect.mapError(({ message }) => new OptimizationError({ reason: "configuration", message })),
  )
  const metric = yield* metricOf(plan.metric, {
    directory: plan.metricDirectory,
    ...(settings.model === undefined ? {} : { model: settings.model }),
    origin: { runId: run.id, step: step.name, path: step.name, track: "optimized" },
  })
  const { program: current, lost } = yield* programInUse({
    workflow: workflow.name,
    step: step.name,
    signatureHash: signatureHash(signature),
  }).pipe(Effect.mapError(({ message }) => new OptimizationError({ reason: "configuration", message })))
  if (lost !== null)
    yield* notice(`step "${step.name}" counts as one without a program, since its own cannot be read: ${lost}`)
  const job: Omit<OptimizationJob, "cacheKey"> = {
    ...evaluated,
    optimizer: chosen.optimizer,
    engine,
    optimizerSettings: plan.settings,
    seed,
    data,
    metric,
    model,
    current,
    limits,
    prices: settings.prices,
    criteria: settings.adoption,
    resume: options.resume ?? false,
    background,
    callsPerRow,
    concurrency,
    record,
    notice,
  }
  const cached = settings.cache.enabled && plan.cacheEnabled && (options.cache ?? !job.resume)
  return { ...job, cacheKey: cached ? yield* jobCacheKey(job, settings) : null }
})

/** Limits hold for all steps together: each gets the same share. */
const shareOf = ({ maxCalls, maxCostUsd, maxTimeMs }: OptimizationLimits, steps: number): OptimizationLimits => ({
  ...(maxCalls === undefined ? {} : { maxCalls: Math.floor(maxCalls / steps) }),
  ...(maxCostUsd === undefined ? {} : { maxCostUsd: maxCostUsd / steps }),
  ...(maxTimeMs === undefined ? {} : { maxTimeMs: maxTimeMs / steps }),
})

/** The traditional track, the program, and the one in use. */
const mostContenders = 3

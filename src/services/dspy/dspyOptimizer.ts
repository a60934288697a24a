import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { FrozenPrompt, OptimizerName } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import { checkParity } from "../adapters/frozenPrompt.ts"
import {
  OptimizationBench,
  OptimizationError,
  type OptimizationTask,
  type Optimized,
  type Optimizer,
} from "../optimization/Optimizer.ts"
import type { DspyOptions } from "./DspyOptions.ts"
import { type Endpoint, serveEndpoint } from "./endpoint.ts"
import { idleGuard } from "./idleGuard.ts"
import type { Tell } from "./buildVenv.ts"
import { venv } from "./venv.ts"
import { runWorker } from "./worker.ts"
import { workerJob } from "./WorkerJob.ts"

/**
 * An optimizer of the installed DSPy: run by a Python worker whose models and metric are the bench's. Without Python, DSPy or an
 * index to install it from it fails with `dspy_unavailable`, having called nothing.
 */
export const dspyOptimizer = (name: OptimizerName, options: DspyOptions): Optimizer => ({
  name,
  // MIPROv2 and SIMBA pick demos as well, so a model that cannot write is of some use to them.
  writesInstructions: name === "gepa" || name === "copro",
  leastCalls: ({ trainset, valset }) =>
    (name === "labeled_few_shot" ? 0 : Math.min(1, trainset.length)) + valset.length,
  prepare:
    name === "knn_few_shot" ? notSaved : Effect.asVoid(pythonOf(options)).pipe(Effect.provide(NodeServices.layer)),
  optimize: (task) =>
    name === "knn_few_shot" ? notSaved : optimize(name, task, options).pipe(Effect.provide(NodeServices.layer)),
})

const pythonOf = Effect.fnUntraced(function* (options: DspyOptions) {
  const bench = yield* OptimizationBench
  return options.python ?? (yield* venv(options, (note) => bench.progress({ trial: 0, bestScore: 0, note })))
})

const optimize = Effect.fnUntraced(function* (name: OptimizerName, task: OptimizationTask, options: DspyOptions) {
  const { environment, idleMs = 300_000 } = options
  const bench = yield* OptimizationBench
  const python = yield* pythonOf(options)
  const guard = yield* idleGuard(idleMs)
  const endpoint = yield* serveEndpoint(bench, guard)
  let latest: Step = { trial: 0, bestScore: 0, note: "" }
  const progress = (step: Step) => {
    latest = step
    return bench.progress(step)
  }
  const tell: Tell = (note) => bench.progress({ ...latest, note })

  if (!bench.canWriteInstructions && (name === "mipro_v2" || name === "simba")) {
    yield* tell(`the offline model cannot write instructions: ${name} can only gain from demos`)
  }
  const job = workerJob(name, task, endpoint)
  const done = yield* runWorker({ python, job, environment, guard, idleMs, progress }).pipe(
    Effect.catch((error) => Effect.flip(cause(error, endpoint))),
    Effect.mapError((error) => (error.reason === "dspy_unavailable" ? withHelp(error, python) : error)),
  )
  if (done.endedEarly !== undefined) {
    yield* tell(`the search ended early: ${(yield* endpoint.lastFailure)?.message ?? done.endedEarly}`)
  }
  const { candidate, validationScore, trials } = done
  const frozen = yield* servable(done.frozen, task.signature, tell)
  const optimized: Optimized = { candidate, validationScore, trials, frozen }
  return optimized
}, Effect.scoped)

type Step = Parameters<OptimizationBench["Service"]["progress"]>[0]

/** Why a job failed, in the bench's own words where it was the bench that failed. */
const cause = (error: OptimizationError, { lastFailure }: Endpoint) =>
  Effect.map(lastFailure, (failure) => (error.reason === "dspy_unavailable" ? error : (failure ?? error)))

const withHelp = ({ reason, message }: OptimizationError, python: string) =>
  new OptimizationError({
    reason,
    message: `${message}. To have DSPy set up anew remove the directory that ${python} is in; or optimize with --engine embedded.`,
  })

/** The prompts that give the bytes DSPy gave; one that does not is left out, and the native adapter renders instead. */
const servable = Effect.fnUntraced(function* (frozen: ReadonlyArray<FrozenPrompt>, signature: Signature, tell: Tell) {
  const checked = frozen.map((prompt) => ({ prompt, parity: checkParity(prompt, signature) }))
  for (const { parity } of checked) {
    if (Result.isFailure(parity)) yield* tell(`left out: ${parity.failure.message}`)
  }
  return checked.flatMap(({ prompt, parity }) => (Result.isSuccess(parity) ? [prompt] : []))
})

const notSaved = Effect.fail(
  new OptimizationError({
    reason: "configuration",
    message: "DSPy's KNNFewShot gives nothing that can be saved. Use knn_few_shot with --engine embedded.",
  }),
)

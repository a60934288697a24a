import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Metric } from "../../../src/services/metrics/Metric.ts"
import { withMeter } from "../../../src/services/models/CallMeter.ts"
import { ModelError, type ModelRequest, Models } from "../../../src/services/models/Models.ts"
import { openBench } from "../../../src/services/optimization/bench.ts"
import { Budget, type OptimizationLimits } from "../../../src/services/optimization/Budget.ts"
import { openCallJournal } from "../../../src/services/optimization/CallJournal.ts"
import { meteredCalls } from "../../../src/services/optimization/meteredCalls.ts"
import {
  OptimizationBench,
  type Optimizer,
  type OptimizerSettings,
} from "../../../src/services/optimization/Optimizer.ts"
import type { ProgramStore } from "../../../src/services/programs/ProgramStore.ts"
import { programStoreLayer } from "../../../src/services/programs/sqliteProgramStore.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { colourAnswer, exactSide, examples, signature, student } from "./colourTask.ts"

/** A model at which every call is counted. */
export interface CountedModel {
  readonly layer: Layer.Layer<Models>
  readonly started: () => number
  readonly finished: () => number
}

/** Answers after a few turns of the event loop, so that calls overlap. */
export const countedModel = (
  answer: (request: ModelRequest) => string | ModelError = colourAnswer,
  {
    costUsd = 0,
    latencyMs = 0,
  }: { readonly costUsd?: number | null | ((request: ModelRequest) => number); readonly latencyMs?: number } = {},
): CountedModel => {
  let started = 0
  let finished = 0
  return {
    started: () => started,
    finished: () => finished,
    layer: Layer.succeed(
      Models,
      withMeter({
        resolve: () => Effect.succeed("scripted/model"),
        generate: Effect.fnUntraced(function* (request) {
          started += 1
          yield* latencyMs > 0 ? Effect.sleep(latencyMs) : Effect.promise(() => new Promise(setImmediate))
          const answered = answer(request)
          if (answered instanceof ModelError) return yield* answered
          finished += 1
          const usage = {
            tokens: { input: 10, output: 2 },
            costUsd: typeof costUsd === "function" ? costUsd(request) : costUsd,
          }
          return { text: answered, model: request.model, usage, finishReason: "stop" }
        }),
      }),
    ),
  }
}

export interface JobOptions {
  readonly limits?: OptimizationLimits
  readonly resume?: boolean
  readonly metric?: Metric
  readonly concurrency?: number
}

/** Work on the bench of one job. */
export const onBench = <A, E>(
  work: Effect.Effect<A, E, OptimizationBench>,
  { limits = {}, resume = false, metric = exactSide, concurrency = 8 }: JobOptions = {},
) =>
  Effect.gen(function* () {
    const budget = new Budget(limits, yield* Clock.currentTimeMillis)
    const journal = yield* openCallJournal("job", { resume })
    const { bench } = yield* openBench({
      signature,
      metric,
      model: "scripted/model",
      origin: { runId: "job", step: "sort", path: "sort", track: "optimized" },
      calls: meteredCalls({ budget, journal, prices: {}, concurrency }),
      budget,
      callsPerRow: 1,
      concurrency,
      progress: () => Effect.void,
    })
    return yield* Effect.provideService(work, OptimizationBench, bench)
  })

export const optimizing = (optimizer: Optimizer, settings: OptimizerSettings = {}, seed = 7) =>
  optimizer.optimize({ signature, student, trainset: examples(40), valset: examples(16, 100), seed, settings })

const stores = programStoreLayer.pipe(Layer.provideMerge(Store.layerMemory))

/** Runs an effect with a model and an empty store. */
export const runWith = <A, E>(
  model: CountedModel,
  effect: Effect.Effect<A, E, Models | Store | ProgramStore>,
): Promise<A> => Effect.runPromise(Effect.provide(effect, Layer.merge(model.layer, stores)))

import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { programLayers } from "./programLayers.ts"
import type { RunFact } from "./RunEvent.ts"
import { Assessors } from "./services/assessors/Assessors.ts"
import type { OwnAssessor } from "./services/assessors/OwnAssessor.ts"
import { Budgets } from "./services/budgets/Budgets.ts"
import { budgetedModels } from "./services/budgets/withBudgets.ts"
import { cachedModels } from "./services/cache/cachedModels.ts"
import { ResponseCache } from "./services/cache/ResponseCache.ts"
import type { OwnStepType } from "./services/executors/OwnStepType.ts"
import { stepTypesLayer } from "./services/executors/StepTypes.ts"
import type { OptimizedExecutor, TraditionalExecutor } from "./services/executors/TrackExecutor.ts"
import { traditionalLayer } from "./services/executors/traditional.ts"
import { ExperimentControls } from "./services/experiments/ExperimentControls.ts"
import { ExperimentFold } from "./services/experiments/ExperimentFold.ts"
import { ExperimentStore } from "./services/experiments/ExperimentStore.ts"
import { FactRecorder } from "./services/FactRecorder.ts"
import { StepOutcomes } from "./services/feedback/StepOutcomes.ts"
import { limitedAttempts, limitedCalls } from "./services/limits/limitedModels.ts"
import { CallNames, namedModels } from "./services/models/CallNames.ts"
import { idOfModelObject, type ModelObject, type ModelSources } from "./services/models/ModelSources.ts"
import type { Models } from "./services/models/Models.ts"
import { modelsLayer } from "./services/models/modelsLayer.ts"
import { EventOutbox } from "./services/nats/EventOutbox.ts"
import { fleetJournal } from "./services/nats/fleetJournal.ts"
import { natsEventSource } from "./services/nats/natsEventSource.ts"
import { SharedRuns } from "./services/nats/SharedRuns.ts"
import { WorkQueue } from "./services/nats/WorkQueue.ts"
import { OptimizationQueue } from "./services/optimization/queue/OptimizationQueue.ts"
import { OptimizationSchedule } from "./services/optimization/queue/OptimizationSchedule.ts"
import type { ProgramStore } from "./services/programs/ProgramStore.ts"
import { servePrograms } from "./services/programs/servePrograms.ts"
import { Prompts } from "./services/prompts/Prompts.ts"
import { Store } from "./services/store/Store.ts"
import { SystemFactRecorder } from "./services/SystemFactRecorder.ts"
import type { Redact } from "./services/training/redacted.ts"
import { TrainingData } from "./services/training/TrainingData.ts"
import { Workflows } from "./services/workflows/Workflows.ts"
import type { Settings } from "./Settings.ts"
import type { SystemFact } from "./SystemEvent.ts"

/** What a Doubletrack is built from. */
export interface LayerOptions {
  /** The model for every step: an id, or an AI SDK model object. Default: what keys and settings give, else the offline model. */
  readonly model?: string | ModelObject
  /** AI SDK model objects that steps and settings can name, by id. */
  readonly models?: Readonly<Record<string, ModelObject>>
  readonly settings?: typeof Settings.Encoded
  /** Directory of the embedded store; `state` of the settings. */
  readonly store?: string
  /** The NATS server of the fleet, or several with commas, or all there is to say about it; `nats` of the settings. */
  readonly nats?: string | (typeof Settings.Encoded)["nats"]
  /** Where keys are read from; default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Step types of your own; one named as a built-in type replaces it. */
  readonly stepTypes?: ReadonlyArray<OwnStepType>
  /** Assessors of your own, which `quality` of a step can name. */
  readonly assessors?: ReadonlyArray<OwnAssessor>
  /** Sees each row before it is kept to learn from, and takes out what must not be kept; null drops the row. */
  readonly redact?: Redact
  /** Services of your own in place of the built-in ones. */
  readonly layers?: {
    readonly traditional?: Layer.Layer<TraditionalExecutor, never, Models>
    readonly optimized?: Layer.Layer<OptimizedExecutor, never, Models | ProgramStore>
    readonly models?: Layer.Layer<Models, never, FactRecorder>
    /** What everything else is built and run in: another clock or source of randomness, for tests. */
    readonly ambient?: Layer.Layer<never>
  }
}

/** Where models come from with these options. */
export const modelSources = (options: LayerOptions, settings: Settings): ModelSources => {
  const given = typeof options.model === "object" ? { [idOfModelObject(options.model)]: options.model } : {}
  return {
    settings,
    environment: options.environment ?? process.env,
    models: { ...options.models, ...given },
  }
}

/** Every service of a runtime. */
export const servicesLayer = (
  options: LayerOptions,
  settings: Settings,
  record: (runId: string, fact: RunFact) => void,
  tell: (fact: SystemFact) => Effect.Effect<void> = () => Effect.void,
) => {
  const recorder = Layer.succeed(FactRecorder, {
    record: (runId, fact) => Effect.sync(() => record(runId, fact)),
  })
  const models =
    options.layers?.models === undefined
      ? limitedAttempts(modelsLayer(modelSources(options, settings)), settings.limits)
      : limitedCalls(options.layers.models, settings.limits)
  const answering = cachedModels(budgetedModels(models)).pipe(Layer.provide(recorder))
  const executors = Layer.mergeAll(
    options.layers?.traditional ?? traditionalLayer,
    options.layers?.optimized ?? servePrograms,
  )
  const kept = Layer.mergeAll(
    ExperimentStore.layer,
    ExperimentControls.layer,
    ExperimentFold.layer,
    EventOutbox.layer,
    natsEventSource,
    StepOutcomes.layer,
    OptimizationQueue.layer,
    OptimizationSchedule.layer,
    TrainingData.layer({
      leastQuality: settings.training.leastQuality,
      ...(options.redact === undefined ? {} : { redact: options.redact }),
    }),
  )
  return executors.pipe(
    Layer.provideMerge(stepTypesLayer(options.stepTypes ?? [])),
    Layer.provideMerge(Assessors.layer(options.assessors ?? [])),
    Layer.provideMerge(Layer.mergeAll(namedModels(answering), Prompts.layer, Workflows.layer)),
    Layer.provideMerge(CallNames.layer),
    Layer.provideMerge(fleetJournal(settings.journal)),
    Layer.provideMerge(Layer.mergeAll(SharedRuns.layer, WorkQueue.layer)),
    Layer.provideMerge(Budgets.layer(settings.prices).pipe(Layer.provide(recorder))),
    Layer.provideMerge(kept),
    Layer.provideMerge(ResponseCache.layer(settings)),
    Layer.provideMerge(programLayers(settings)),
    Layer.provideMerge(Store.layer(settings.state, { durability: settings.journal.sync })),
    Layer.provideMerge(NodeServices.layer),
    Layer.provideMerge(Layer.succeed(Logger.LogToStderr, true)),
    Layer.provideMerge(Layer.succeed(SystemFactRecorder, { record: tell })),
    Layer.provideMerge(options.layers?.ambient ?? Layer.empty),
  )
}

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Random from "effect/Random"
import { Subject } from "rxjs"
import type { InspectionEvent, Observer } from "xstate"
import { ActorHost } from "./ActorHost.ts"
import type { DoubletrackService } from "./DoubletrackService.ts"
import { checkRunOptions } from "./checkRunOptions.ts"
import { decodeSettings } from "./decodeSettings.ts"
import { describeModels } from "./describeModels.ts"
import { makeIds } from "./ids.ts"
import { type LayerOptions, modelSources, servicesLayer } from "./layers.ts"
import { LongWork } from "./LongWork.ts"
import { prepareRun, runSettings } from "./prepareRun.ts"
import type { RunOptions } from "./Run.ts"
import { runEffect } from "./runEffect.ts"
import { isClosed, Runs } from "./Runs.ts"
import { idOfModelObject } from "./services/models/ModelSources.ts"
import { dryRun } from "./services/prompts/dryRun.ts"
import { Workflows } from "./services/workflows/Workflows.ts"
import { startPipeline } from "./startPipeline.ts"
import { providePipeline } from "./stepActors.ts"
import type { SystemEvent, SystemFact } from "./SystemEvent.ts"
import { typedStep } from "./typedStep.ts"
import type { WorkflowInput } from "./Workflow.ts"

/** How a Doubletrack is started; everything has a default. */
export interface DoubletrackOptions extends LayerOptions {
  /** Name of this process in events; default: random. */
  readonly node?: string
  /** Whether published events carry inputs and answers. Default false. */
  readonly eventContent?: boolean
  /** XState's own inspection hook, called for every machine of every run. */
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void)
}

/** Builds the services once, provides the machines once, and starts runs on them. */
export const startRuntime = async (options: DoubletrackOptions): Promise<DoubletrackService> => {
  const settings = decodeSettings({ ...options.settings, ...ofOptions(options) })
  const managed = ManagedRuntime.make(servicesLayer(options, settings, (runId, fact) => runs.log(runId)?.record(fact)))
  const actors = new ActorHost(await managed.context())
  const clock = managed.runSync(Clock.clockWith(Effect.succeed))
  const now = () => clock.currentTimeMillisUnsafe()
  const isoNow = () => new Date(now()).toISOString()
  const randomInt = () => managed.runSync(Random.nextIntBetween(0, 2 ** 31))
  const node = options.node ?? randomInt().toString(36)
  // A node's name may be given to several: to a process and its successor, or to two in one process.
  const newId = makeIds(options.node === undefined ? node : `${node}-${randomInt().toString(36)}`, now)
  const environment = options.environment ?? process.env
  let forced = settings.force === "traditional"
  let closed = false
  const open = () => {
    if (closed) throw isClosed()
    return managed
  }
  const longWork = new LongWork()
  const killSwitch = () => forced || environment["DOUBLETRACK_FORCE"] === "traditional"

  const systemEvents = new Subject<SystemEvent>()
  const stampSystem = (fact: SystemFact): SystemEvent => ({
    v: 1,
    id: newId(),
    scope: "system",
    at: isoNow(),
    node,
    ...fact,
  })

  const load = (workflow: string | WorkflowInput, { strictCompat = false }: RunOptions) =>
    Workflows.use((workflows) => {
      const loading = { strictCompat, stepTypes: options.stepTypes?.map(({ type }) => type) ?? [] }
      return typeof workflow === "string"
        ? workflows.load(workflow, loading)
        : workflows.fromValue(workflow, process.cwd(), loading)
    })

  const machine = providePipeline({
    actors,
    killSwitch,
    record: (runId, facts) => facts.forEach((fact) => runs.log(runId)?.record(fact)),
  })
  const runs: Runs = new Runs({
    newRunId: () => `run-${newId()}`,
    stamp: (runId, workflow, seq) => ({ v: 1, id: newId(), scope: "run", runId, seq, at: isoNow(), node, workflow }),
    eventContent: options.eventContent ?? false,
    prepare: (runId, workflow, runOptions) =>
      managed.runPromise(
        Effect.flatMap(load(workflow, runOptions), (loaded) =>
          prepareRun(loaded, runOptions, {
            runId,
            startedAt: isoNow(),
            seed: randomInt(),
            killSwitch: killSwitch(),
            settings,
          }),
        ),
      ),
    startPipeline: (input) => startPipeline({ machine, input, inspect: options.inspect }),
    settled: (runId) => actors.settled(runId),
  })

  const service: DoubletrackService = {
    run: (workflow, runOptions = {}) => runs.start(workflow, runOptions),
    runEffect: (workflow, runOptions) => runEffect(() => service.run(workflow, runOptions)),
    step: (step) => typedStep(step, service.run),
    dryRun: async (workflow, runOptions = {}) =>
      open().runPromise(
        Effect.flatMap(Effect.andThen(checkRunOptions(runOptions), load(workflow, runOptions)), (loaded) =>
          dryRun(loaded, runOptions.inputs ?? {}, runSettings(loaded, runOptions, settings)),
        ),
      ),
    check: async (file, { strict = false, strictCompat = false } = {}) =>
      open().runPromise(Workflows.use((workflows) => workflows.check(file, { strict, strictCompat }))),
    describeModels: async (workflow, runOptions = {}) =>
      open().runPromise(
        Effect.map(load(workflow, runOptions), (loaded) =>
          describeModels(loaded, runOptions.model, modelSources(options, settings)),
        ),
      ),
    evaluate: async (workflow, { signal, ...evaluation } = {}) => {
      const { evaluateWorkflow } = await import("./services/evaluation/evaluateWorkflow.ts")
      const run = { id: `evaluation-${newId()}`, startedAt: isoNow() }
      const seed = evaluation.seed ?? settings.seed
      const evaluated = Effect.flatMap(load(workflow, {}), (loaded) =>
        evaluateWorkflow(
          loaded,
          { ...evaluation, ...(seed === undefined ? {} : { seed }) },
          { settings: runSettings(loaded, evaluation, settings), run },
        ),
      )
      return longWork.run((interrupt) => open().runPromise(evaluated, { signal: interrupt }), signal)
    },
    optimize: async (workflow, { signal, onNotice, ...optimization } = {}) => {
      const { optimizeWorkflow } = await import("./services/optimization/optimizeWorkflow.ts")
      const optimized = Effect.flatMap(load(workflow, {}), (loaded) =>
        optimizeWorkflow(loaded, optimization, {
          settings,
          runSettings: runSettings(loaded, {}, settings),
          environment,
          record: (fact) => Effect.sync(() => systemEvents.next(stampSystem(fact))),
          notice: (message) => Effect.sync(() => onNotice?.(message)),
        }),
      )
      return longWork.run((interrupt) => open().runPromise(optimized, { signal: interrupt }), signal)
    },
    systemEvents$: systemEvents.asObservable(),
    forceTraditional: (on) => {
      forced = on
    },
    close: async () => {
      closed = true
      await Promise.all([runs.close(), longWork.close()])
      await managed.dispose()
      systemEvents.complete()
    },
  }
  return service
}

const ofOptions = ({ model, store }: DoubletrackOptions) => ({
  ...(model === undefined ? {} : { model: typeof model === "string" ? model : idOfModelObject(model) }),
  ...(store === undefined ? {} : { state: store }),
})

import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Random from "effect/Random"
import { Subject } from "rxjs"
import { ActorHost } from "./ActorHost.ts"
import { Breakers } from "./Breakers.ts"
import { collectContent } from "./collectContent.ts"
import { decodeSettings } from "./decodeSettings.ts"
import type { DoubletrackOptions } from "./DoubletrackOptions.ts"
import { EvidenceLog } from "./EvidenceLog.ts"
import { makeIds } from "./ids.ts"
import { servicesLayer } from "./layers.ts"
import { learnFromStep, nothingLearned } from "./learnFromStep.ts"
import { openBackground } from "./openBackground.ts"
import { prepareRun } from "./prepareRun.ts"
import type { RunOptions } from "./Run.ts"
import type { RunEvent } from "./RunEvent.ts"
import { Runs } from "./Runs.ts"
import { Budgets } from "./services/budgets/Budgets.ts"
import { idOfModelObject } from "./services/models/ModelSources.ts"
import { Workflows } from "./services/workflows/Workflows.ts"
import { openMonitor } from "./monitor.ts"
import { seedsOf } from "./seedsOf.ts"
import { makeStamps } from "./stamps.ts"
import { startPipeline } from "./startPipeline.ts"
import { providePipeline } from "./stepActors.ts"
import type { SystemEvent, SystemFact } from "./SystemEvent.ts"
import type { WorkflowInput } from "./Workflow.ts"

/** What a started Doubletrack is made of. */
export type RuntimeParts = Awaited<ReturnType<typeof openRuntime>>

/** Builds the services once, provides the machines once, and puts together what runs need. */
export const openRuntime = async (options: DoubletrackOptions) => {
  const settings = decodeSettings({ ...options.settings, ...ofOptions(options) })
  const environment = options.environment ?? process.env
  const managed = ManagedRuntime.make(servicesLayer(options, settings, (runId, fact) => runs.log(runId)?.record(fact)))
  const actors = new ActorHost(await managed.context())
  const clock = managed.runSync(Clock.clockWith(Effect.succeed))
  const nowMs = () => clock.currentTimeMillisUnsafe()
  const isoNow = () => new Date(nowMs()).toISOString()
  const randomInt = () => managed.runSync(Random.nextIntBetween(0, 2 ** 31))
  const node = options.node ?? randomInt().toString(36)
  // A node's name may be given to several: to a process and its successor, or to two in one process.
  const newId = makeIds(options.node === undefined ? node : `${node}-${randomInt().toString(36)}`, nowMs)
  const stamps = makeStamps({ newId, isoNow, node })

  const nextSeed = seedsOf(settings.seed, randomInt)
  let forced = settings.force === "traditional"
  const killSwitch = () => forced || environment["DOUBLETRACK_FORCE"] === "traditional"

  const systemEvents = new Subject<SystemEvent>()
  const runEvents = new Subject<RunEvent>()
  const tell = (fact: SystemFact) => {
    background.hear(fact)
    systemEvents.next(stamps.ofSystem(fact))
  }

  const load = (workflow: string | WorkflowInput, { strictCompat = false }: RunOptions) =>
    Workflows.use((workflows) => {
      const loading = { strictCompat, stepTypes: options.stepTypes?.map(({ type }) => type) ?? [] }
      return typeof workflow === "string"
        ? workflows.load(workflow, loading)
        : workflows.fromValue(workflow, process.cwd(), loading)
    })

  const optimizing = openBackground({ managed, settings, environment, tell, load })
  const { background } = optimizing
  const monitor = openMonitor(runEvents, settings.alerts, tell)
  const breakers = new Breakers(nowMs, tell)
  const evidence = new EvidenceLog({
    learn: async (end, asked) => {
      const { facts, experiment, control } = await managed.runPromise(
        Effect.gen(function* () {
          const content = asked && (yield* collectContent(end, asked, options.redact ?? ((row) => row)))
          return yield* learnFromStep(end, content)
        }).pipe(Effect.catchCause(learnedNothing)),
      )
      facts.forEach(tell)
      if (experiment !== null) monitor.learned(experiment, control)
    },
  })
  const onEvent = (event: RunEvent) => {
    evidence.take(event)
    background.take(event)
    runEvents.next(event)
  }

  const machine = providePipeline({
    actors,
    killSwitch,
    breakers,
    workflowOf: (runId) => background.workflowOf(runId)?.workflow,
    keepAsked: (runId, path, asked) => evidence.keepAsked(runId, path, asked),
    record: (runId, facts) => facts.forEach((fact) => runs.log(runId)?.record(fact)),
  })
  const runs: Runs = new Runs({
    newRunId: () => `run-${newId()}`,
    stamp: stamps.ofRun,
    eventContent: options.eventContent ?? false,
    onEvent,
    prepare: (runId, workflow, runOptions) => {
      const seed = nextSeed()
      return managed.runPromise(
        Effect.gen(function* () {
          const loaded = yield* load(workflow, runOptions)
          const surroundings = { runId, startedAt: isoNow(), seed, killSwitch: killSwitch(), settings }
          const input = yield* prepareRun(loaded, runOptions, surroundings)
          const { budget } = runOptions
          yield* Budgets.use((budgets) =>
            budgets.open({ runId, workflow: loaded.workflow, ...(budget === undefined ? {} : { limits: budget }) }),
          )
          background.begin(runId, loaded)
          return input
        }),
      )
    },
    startPipeline: (input) => startPipeline({ machine, input, inspect: options.inspect }),
    settled: async (runId) => {
      await actors.settled(runId)
      await evidence.settled(runId)
      await optimizing.settled()
      background.end(runId)
      await managed.runPromise(Budgets.use((budgets) => budgets.close(runId)))
    },
  })

  return {
    settings,
    environment,
    managed,
    runs,
    load,
    tell,
    newId,
    isoNow,
    systemEvents,
    runEvents,
    monitor,
    optimizing,
    forceTraditional: (on: boolean) => {
      forced = on
    },
  }
}

/** What goes wrong with evidence is no failure of the run that it comes from. */
const learnedNothing = (cause: Cause.Cause<never>) =>
  Effect.as(Effect.logError("The end of a step could not be learned from.", cause), nothingLearned)

const ofOptions = ({ model, store }: DoubletrackOptions) => ({
  ...(model === undefined ? {} : { model: typeof model === "string" ? model : idOfModelObject(model) }),
  ...(store === undefined ? {} : { state: store }),
})

import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
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
import { servicesLayer } from "./layers.ts"
import { keepForFeedback, learnFromStep, nothingLearned } from "./learnFromStep.ts"
import { openBackground } from "./openBackground.ts"
import { openFleet } from "./openFleet.ts"
import { closeRun, readyAgain, type ReadyHost, readyRun, readyTaken } from "./readyRun.ts"
import type { RunOptions } from "./Run.ts"
import type { RunEvent, RunFact } from "./RunEvent.ts"
import { Runs, type RunsHost } from "./Runs.ts"
import { Journal } from "./services/journal/Journal.ts"
import { idOfModelObject } from "./services/models/ModelSources.ts"
import { listOf } from "./services/settings/settingVariables.ts"
import { Workflows } from "./services/workflows/Workflows.ts"
import { openMonitor } from "./monitor.ts"
import { seedsOf } from "./seedsOf.ts"
import { openStamps } from "./stamps.ts"
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
  // What services hear from the fleet before everything is put together waits until it is.
  const { promise: isOpen, resolve: opened } = Promise.withResolvers<void>()
  const tellOf = (fact: SystemFact): Effect.Effect<void> =>
    Effect.map(
      Effect.promise(() => isOpen),
      () => tell(fact),
    )
  const record = (runId: string, fact: RunFact) => runs.log(runId)?.record(fact)
  const managed = ManagedRuntime.make(servicesLayer(options, settings, record, tellOf))
  const services = await managed.context()
  const journal = Context.get(services, Journal)
  const actors = new ActorHost(services, (runId) => Effect.promise(() => journal.settled(runId)))
  const { nowMs, isoNow, newId, stamps } = managed.runSync(openStamps(options.node))
  const newRunId = () => `run-${newId()}`
  const randomInt = () => managed.runSync(Random.nextIntBetween(0, 2 ** 31))

  const nextSeed = seedsOf(settings.seed, randomInt)
  let forced = settings.force === "traditional"
  const killSwitch = () => forced || environment["DOUBLETRACK_FORCE"] === "traditional"

  const systemEvents = new Subject<SystemEvent>()
  const runEvents = new Subject<RunEvent>()
  const tellEvent = (event: SystemEvent) => {
    background.hear(event)
    systemEvents.next(event)
    fleet.takeSystemEvent(event)
  }
  const tell = (fact: SystemFact) => tellEvent(stamps.ofSystem(fact))

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
  const withContent = options.eventContent ?? false
  const fleet = openFleet({ managed, services, withContent, tell: tellEvent, monitor })
  const evidence = new EvidenceLog({
    learn: async (end, name, asked) => {
      const { facts, experiment, control } = await managed.runPromise(
        Effect.gen(function* () {
          const content = asked && (yield* collectContent(end, asked))
          if (fleet.counts) return yield* keepForFeedback(end, content)
          return yield* learnFromStep(end, settings.journal.enabled ? name : undefined, content)
        }).pipe(Effect.catchCause(learnedNothing)),
      )
      facts.forEach(tell)
      if (experiment !== null) monitor.learned(experiment, control)
    },
  })
  const onEvent = (event: RunEvent) => {
    evidence.take(event)
    background.take(event)
    fleet.takeRunEvent(event)
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
  const surroundings = () => ({ startedAt: isoNow(), seed: nextSeed(), killSwitch: killSwitch(), settings })
  const ready: ReadyHost = {
    load,
    background,
    evidence,
  }
  const again: RunsHost["prepareAgain"] = async (run) => {
    const resumed = await managed.runPromise(readyAgain(run, ready))
    // What of a run that has ended is not on its way is found when a process starts.
    if (resumed.first !== null) fleet.takeHistory(resumed.history)
    return resumed
  }
  const runs: Runs = new Runs({
    newRunId,
    stamp: stamps.ofRun,
    eventContent: withContent,
    onEvent,
    journal,
    prepare: (run) => managed.runPromise(readyRun(run, surroundings(), ready)),
    prepareAgain: again,
    prepareTaken: ({ run, owner }) =>
      run.begun === null
        ? managed.runPromise(readyTaken({ job: run.job, owner }, surroundings(), ready))
        : again({ runId: run.job.input.runId, options: run.decision, owner }),
    startPipeline: (start) => startPipeline(start, { machine, inspect: options.inspect }),
    settled: async (runId) => {
      await actors.settled(runId)
      await journal.settled(runId)
      await evidence.settled(runId)
      await optimizing.settled()
      await managed.runPromise(closeRun(runId, ready))
    },
  })

  opened()
  return {
    settings,
    environment,
    managed,
    services,
    runs,
    journal,
    stamps,
    load,
    tell,
    newId,
    newRunId,
    surroundings,
    isoNow,
    systemEvents,
    runEvents,
    monitor,
    fleet,
    optimizing,
    forceTraditional: (on: boolean) => {
      forced = on
    },
  }
}

/** What goes wrong with evidence is no failure of the run that it comes from. */
const learnedNothing = (cause: Cause.Cause<never>) =>
  Effect.as(Effect.logError("The end of a step could not be learned from.", cause), nothingLearned)

const ofOptions = ({ model, store, nats, settings }: DoubletrackOptions) => ({
  ...(nats === undefined
    ? {}
    : { nats: { ...settings?.nats, ...(typeof nats === "string" ? { servers: listOf(nats) } : nats) } }),
  ...(model === undefined ? {} : { model: typeof model === "string" ? model : idOfModelObject(model) }),
  ...(store === undefined ? {} : { state: store }),
})

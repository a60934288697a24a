import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import { BackgroundOptimization } from "./BackgroundOptimization.ts"
import type { InputError } from "./InputError.ts"
import { runSettings } from "./prepareRun.ts"
import type { RunOptions } from "./Run.ts"
import type { OptimizationServices } from "./services/optimization/queue/attemptOptimization.ts"
import { backgroundWorker } from "./services/optimization/queue/backgroundWorker.ts"
import { OptimizationQueue } from "./services/optimization/queue/OptimizationQueue.ts"
import { OptimizationSchedule } from "./services/optimization/queue/OptimizationSchedule.ts"
import { scheduleLoop } from "./services/optimization/queue/scheduleLoop.ts"
import { referenceTo } from "./services/optimization/queue/WorkflowReference.ts"
import type { StoreError } from "./services/store/StoreError.ts"
import type { Workflows } from "./services/workflows/Workflows.ts"
import type { Settings } from "./Settings.ts"
import type { SystemFact } from "./SystemEvent.ts"
import type { LoadedWorkflow, WorkflowInput } from "./Workflow.ts"

type BackgroundServices = OptimizationServices | OptimizationQueue | OptimizationSchedule | Workflows

/** What is needed to optimize beside the runs. */
export interface BackgroundOptions {
  readonly managed: ManagedRuntime.ManagedRuntime<BackgroundServices, never>
  readonly settings: Settings
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly tell: (fact: SystemFact) => void
  readonly load: (
    workflow: string | WorkflowInput,
    options: RunOptions,
  ) => Effect.Effect<LoadedWorkflow, InputError, Workflows>
}

/** Requests and schedules go to the store at once; the worker starts with the first of them, where the settings let it. */
export const openBackground = ({ managed, settings, environment, tell, load }: BackgroundOptions) => {
  const underWay = new Set<Promise<void>>()
  let working: ReadonlyArray<Fiber.Fiber<never>> = []
  let stopped = false

  const start = () => {
    if (!settings.background.optimize || stopped || working.length > 0) return
    const { workers, maxCostUsd, maxCalls } = settings.background
    const { resolve } = background
    working = [
      managed.runFork(backgroundWorker({ resolve, surroundings, workers, limits: { maxCostUsd, maxCalls } })),
      managed.runFork(scheduleLoop({ resolve })),
    ]
  }
  const surroundings = (loaded: LoadedWorkflow) => ({
    settings,
    environment,
    runSettings: runSettings(loaded, {}, settings),
    record: (fact: SystemFact) => Effect.sync(() => tell(fact)),
    notice: (message: string) => Effect.logInfo(message),
  })
  const submit = (work: Effect.Effect<unknown, StoreError, BackgroundServices>, andStart = true) => {
    const submitted = work.pipe(
      Effect.catch(({ message }) => Effect.logWarning(message)),
      Effect.andThen(Effect.sync(() => (andStart ? start() : undefined))),
    )
    const done = managed.runPromise(submitted)
    underWay.add(done)
    void done.finally(() => underWay.delete(done))
  }

  const background = new BackgroundOptimization({
    request: ({ loaded, ...wanted }) =>
      submit(
        Effect.gen(function* () {
          const workflow = yield* referenceTo(loaded)
          yield* OptimizationQueue.use((queue) => queue.request({ ...wanted, workflow }))
        }),
      ),
    register: (loaded) =>
      submit(
        OptimizationSchedule.use((schedule) => schedule.register(loaded)),
        loaded.workflow.dspy_config?.optimization_frequency !== undefined,
      ),
    signal: (signal) => submit(OptimizationSchedule.use((schedule) => schedule.signal(signal))),
    load: (file) => Effect.promise(() => managed.runPromise(Effect.orElseSucceed(load(file, {}), () => null))),
  })
  return {
    background,
    settled: async () => void (await Promise.all(underWay)),
    /** Gives back what is being worked on. */
    close: async () => {
      stopped = true
      await Promise.all(underWay)
      await Effect.runPromise(Fiber.interruptAll(working))
    },
  }
}

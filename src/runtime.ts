import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { DoubletrackOptions } from "./DoubletrackOptions.ts"
import type { DoubletrackService } from "./DoubletrackService.ts"
import { cacheMethods } from "./cacheMethods.ts"
import { checkRunOptions } from "./checkRunOptions.ts"
import { describeModels } from "./describeModels.ts"
import { eventMethods } from "./eventMethods.ts"
import { experimentMethods } from "./experimentMethods.ts"
import { modelSources } from "./layers.ts"
import { LongWork } from "./LongWork.ts"
import { longWorkMethods } from "./longWorkMethods.ts"
import { openRuntime } from "./openRuntime.ts"
import { runSettings } from "./prepareRun.ts"
import { resumeInterrupted } from "./resumeInterrupted.ts"
import { runEffect } from "./runEffect.ts"
import { runMethods } from "./runMethods.ts"
import { isClosed } from "./Runs.ts"
import { dryRun } from "./services/prompts/dryRun.ts"
import { Workflows } from "./services/workflows/Workflows.ts"
import { typedStep } from "./typedStep.ts"
import { workMethods } from "./workMethods.ts"

/** Starts a Doubletrack. Rejects with InputError when the settings are wrong. */
export const startRuntime = async (options: DoubletrackOptions): Promise<DoubletrackService> => {
  const runtime = await openRuntime(options)
  const { settings, managed, runs, load, systemEvents, runEvents, monitor, optimizing } = runtime
  let closed = false
  const open = () => {
    if (closed) throw isClosed()
    return managed
  }
  const longWork = new LongWork()
  const closing = Deferred.makeUnsafe<void>()

  const work = workMethods(runtime, { open, closing })

  const stopResuming =
    (options.resumeInterrupted ?? true)
      ? resumeInterrupted({
          run: (effect) => managed.runPromise(effect),
          resume: (runId) => runs.resumeByItself(runId),
          onResume: options.onResume ?? (() => {}),
          everyMs: settings.journal.leaseMs,
        })
      : async () => {}

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
    ...longWorkMethods(runtime, { open, longWork }),
    ...experimentMethods(runtime, open),
    ...cacheMethods(open),
    ...runMethods(runtime, { open, fleet: work }),
    ...work.methods,
    ...eventMethods(runtime, closing),
    metrics$: monitor.metrics$,
    experiments$: monitor.experiments$,
    recommendations$: monitor.recommendations$,
    systemEvents$: systemEvents.asObservable(),
    forceTraditional: runtime.forceTraditional,
    close: async ({ leaveRuns = false } = {}) => {
      closed = true
      await Promise.all([stopResuming(), work.close()])
      await Promise.all([runs.close({ leave: leaveRuns }), longWork.close()])
      Deferred.doneUnsafe(closing, Effect.void)
      await Promise.all([optimizing.close(), runtime.fleet.close()])
      await managed.dispose()
      monitor.close()
      systemEvents.complete()
      runEvents.complete()
    },
  }
  return service
}

import { resolve } from "node:path"
import process from "node:process"
import * as Effect from "effect/Effect"
import { askedStep } from "./askedStep.ts"
import { checkRest } from "./checkResume.ts"
import type { BackgroundOptimization } from "./BackgroundOptimization.ts"
import type { BudgetLimits } from "./BudgetLimits.ts"
import type { EvidenceLog } from "./EvidenceLog.ts"
import type { InputError } from "./InputError.ts"
import { makeHybridContext } from "./machines/hybridContext.ts"
import type { PipelineInput } from "./PipelineInput.ts"
import { prepareResume } from "./prepareResume.ts"
import { checkModels, prepareRun, type RunSurroundings } from "./prepareRun.ts"
import type { RunOptions } from "./Run.ts"
import type { RunEvent } from "./RunEvent.ts"
import type { RunJob } from "./RunJob.ts"
import type { ReadyRun, RunsHost } from "./Runs.ts"
import { Budgets } from "./services/budgets/Budgets.ts"
import { Journal, type RunOwner } from "./services/journal/Journal.ts"
import { CallNames } from "./services/models/CallNames.ts"
import type { Workflows } from "./services/workflows/Workflows.ts"
import type { LoadedWorkflow, WorkflowInput } from "./Workflow.ts"

/** What runs are made ready with. */
export interface ReadyHost {
  readonly load: (
    workflow: string | WorkflowInput,
    options: RunOptions,
  ) => Effect.Effect<LoadedWorkflow, InputError, Workflows>
  readonly background: BackgroundOptimization
  readonly evidence: EvidenceLog
}

/** Makes a new run ready: loaded, checked, within its budgets, and begun in the journal. */
export const readyRun = (
  { runId, workflow, options, owner }: Parameters<RunsHost["prepare"]>[0],
  surroundings: Omit<RunSurroundings, "runId">,
  host: ReadyHost,
) =>
  Effect.gen(function* () {
    const loaded = yield* host.load(workflow, options)
    const input = yield* prepareRun(loaded, options, { ...surroundings, runId })
    const models = yield* checkModels(input.workflow.steps, options.model)
    yield* open({ input, loaded, budget: options.budget, history: [] }, host)
    const file = loaded.file === undefined ? null : resolve(loaded.file)
    const { budget } = options
    const beginning = { input, models, workingDirectory: process.cwd(), ...(budget === undefined ? {} : { budget }) }
    yield* Journal.use((journal) => Effect.sync(() => journal.begin({ file }, beginning, owner)))
    const ready: ReadyRun = { input, history: [], first: { type: "START" } }
    return ready
  })

/** Makes a run ready that waited for a worker, with the deadlines and the kill switch of this one. */
export const readyTaken = (
  { job, owner }: { readonly job: RunJob; readonly owner: RunOwner },
  { startedAt, killSwitch, settings }: Pick<RunSurroundings, "startedAt" | "killSwitch" | "settings">,
  host: ReadyHost,
) =>
  Effect.gen(function* () {
    const { budget } = job
    const input: PipelineInput = {
      ...job.input,
      startedAt,
      killSwitch: killSwitch || job.input.killSwitch,
      settings: { ...job.input.settings, stepTimeoutMs: settings.stepTimeoutMs },
    }
    const models = yield* checkRest(makeHybridContext(input), {})
    const { workflow } = input
    yield* open({ input, loaded: { workflow, directory: input.settings.directory }, budget, history: [] }, host)
    const beginning = { input, models, workingDirectory: process.cwd(), ...(budget === undefined ? {} : { budget }) }
    yield* Journal.use((journal) => Effect.sync(() => journal.begin({ file: null }, beginning, owner)))
    const ready: ReadyRun = { input, history: [], first: { type: "START" } }
    return ready
  })

/** Makes a run ready that was interrupted. What its ended steps taught is taken in, if it was not. */
export const readyAgain = (given: Parameters<RunsHost["prepareAgain"]>[0], host: ReadyHost) =>
  Effect.gen(function* () {
    const services = yield* Effect.context<Workflows>()
    const resumed = yield* prepareResume(given, (file, options) =>
      Effect.provideContext(host.load(file, options), services),
    )
    const { input, history, ends, journaled, first } = resumed
    if (first === null) return resumed
    const { file } = journaled.record
    const { workflow, settings } = input
    const loaded = { workflow, directory: settings.directory, ...(file === null ? {} : { file }) }
    yield* open({ input, loaded, budget: journaled.beginning.budget, history }, host)
    for (const { event, task } of ends) {
      const asked = yield* askedStep(task, workflow)
      if (asked !== null) host.evidence.keepAsked(input.runId, task.path, asked)
      host.evidence.take(event)
    }
    return resumed
  })

interface OpenedRun {
  readonly input: PipelineInput
  readonly loaded: LoadedWorkflow
  readonly budget: BudgetLimits | undefined
  readonly history: ReadonlyArray<RunEvent>
}

const open = Effect.fnUntraced(function* ({ input, loaded, budget, history }: OpenedRun, { background }: ReadyHost) {
  const { runId, workflow } = input
  const made = history.flatMap((event) => (event._tag === "ModelCalled" && event.cached !== true ? [event] : []))
  const limits = budget === undefined ? {} : { limits: budget }
  yield* Budgets.use((budgets) => budgets.open({ runId, workflow, made, ...limits }))
  yield* CallNames.use((names) => Effect.sync(() => names.begin(runId)))
  background.begin(runId, loaded)
})

/** Nothing of the run is at work any more. */
export const closeRun = (runId: string, { background }: Pick<ReadyHost, "background">) =>
  Effect.gen(function* () {
    background.end(runId)
    yield* CallNames.use((names) => Effect.sync(() => names.end(runId)))
    yield* Budgets.use((budgets) => budgets.close(runId))
  })

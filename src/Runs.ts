import { catchError, EMPTY, from, type Observable, switchMap } from "rxjs"
import type { RunEvent } from "./RunEvent.ts"
import type { RunReport } from "./RunReport.ts"
import { wrongInput } from "./InputError.ts"
import type { ResumedRun, ResumeOptions, Run, RunOptions } from "./Run.ts"
import { RunLog, type Stamp } from "./RunLog.ts"
import type { SharedRun } from "./services/journal/RunNote.ts"
import type { Journal, RunOwner } from "./services/journal/Journal.ts"
import type { PipelineStart, RunningPipeline } from "./startPipeline.ts"
import { StepFailure } from "./StepFailure.ts"
import { reportOf } from "./streams/report.ts"
import { noUsage } from "./Usage.ts"
import type { WorkflowInput } from "./Workflow.ts"

/** A run that can begin, or go on: everything about it is loaded and checked, and it is this process's. */
export interface ReadyRun extends Omit<PipelineStart, "first"> {
  /** What was recorded before it was interrupted; empty for a new one. */
  readonly history: ReadonlyArray<RunEvent>
  /** Null for a run that has ended: it is nobody's, and there is nothing to do but tell it again. */
  readonly first: PipelineStart["first"] | null
}

/** What runs need from their runtime. */
export interface RunsHost {
  readonly newRunId: () => string
  readonly stamp: Stamp
  readonly eventContent: boolean
  /** Told of every event, inputs and answers included. */
  readonly onEvent: (event: RunEvent) => void
  readonly journal: Pick<Journal["Service"], "append">
  /** Loads and checks everything that can be checked before the run; rejects with InputError. */
  readonly prepare: (options: {
    readonly runId: string
    readonly workflow: string | WorkflowInput
    readonly options: RunOptions
    readonly owner: RunOwner
  }) => Promise<ReadyRun>
  /** Takes over a run that was interrupted; rejects with InputError where that cannot be, with StoreError where nobody could. */
  readonly prepareAgain: (options: {
    readonly runId: string
    readonly options: ResumeOptions
    readonly owner: RunOwner
  }) => Promise<ReadyRun>
  /** Makes ready what this process has taken from its fleet; rejects with InputError where it cannot be carried out here. */
  readonly prepareTaken: (options: { readonly run: SharedRun; readonly owner: RunOwner }) => Promise<ReadyRun>
  readonly startPipeline: (start: PipelineStart) => RunningPipeline
  /** Resolves when nothing of the run is at work. */
  readonly settled: (runId: string) => Promise<void>
}

interface StartedRun {
  readonly log: RunLog
  readonly pipeline: RunningPipeline
}

/** The runs of one runtime. */
export class Runs {
  readonly #host: RunsHost
  readonly #started = new Map<string, StartedRun>()
  readonly #logs = new Map<string, RunLog>()
  readonly #byThemselves = new WeakSet<Run>()
  readonly #underWay = new Map<Run, Promise<StartedRun>>()
  #closed = false

  constructor(host: RunsHost) {
    this.#host = host
  }

  /** The log of a run under way, for facts that its machines and services report. */
  log(runId: string): RunLog | undefined {
    return this.#logs.get(runId)
  }

  start(workflow: string | WorkflowInput, options: RunOptions): Run {
    const runId = this.#host.newRunId()
    return this.#run(runId, (owner) => this.#host.prepare({ runId, workflow, options, owner })).run
  }

  resume(runId: string, options: ResumeOptions): ResumedRun {
    const { run, started } = this.#resume(runId, options)
    const hadEnded = started.then(({ pipeline }) => pipeline === alreadyOver)
    hadEnded.catch(() => {})
    return { ...run, hadEnded }
  }

  /** Resumes a run that nobody asked for, and that nobody's closing cancels. */
  resumeByItself(runId: string): Run {
    const { run } = this.#resume(runId, {})
    this.#byThemselves.add(run)
    return run
  }

  /** Carries out a run of the fleet that this process has taken. */
  take(shared: SharedRun): Run {
    const { run } = this.#run(shared.job.input.runId, (owner) => this.#host.prepareTaken({ run: shared, owner }))
    this.#byThemselves.add(run)
    return run
  }

  /** Stops what a run does here without ending it, and waits for that. */
  async leave(run: Run): Promise<void> {
    await this.#underWay.get(run)?.catch(() => {})
    this.#abandon(run.id)
    await run.result.catch(() => {})
  }

  /** Cancels what is under way, or leaves it to be resumed, and waits for it; later starts are refused. */
  async close({ leave }: { readonly leave: boolean }): Promise<void> {
    this.#closed = true
    const ends = [...this.#underWay.keys()].map(async (run): Promise<unknown> => {
      if (!leave && !this.#byThemselves.has(run)) return run.cancel()
      return this.leave(run)
    })
    await Promise.allSettled(ends)
  }

  #resume(runId: string, options: ResumeOptions) {
    return this.#run(runId, (owner) => this.#host.prepareAgain({ runId, options, owner }))
  }

  #run(id: string, prepare: (owner: RunOwner) => Promise<ReadyRun>) {
    let isLost = false
    const owner: RunOwner = {
      onLost: () => {
        isLost = true
        this.#abandon(id)
      },
      onCancelAsked: () => void run.cancel().catch(() => {}),
    }
    const started = this.#start(
      id,
      () => prepare(owner),
      () => isLost,
    )
    const result = started.then((startedRun) => this.#finish(id, startedRun))
    const run: Run = {
      id,
      events$: eventsOf(started),
      result,
      cancel: async () => {
        const { pipeline } = await started
        pipeline.cancel()
        return result
      },
    }
    this.#underWay.set(run, started)
    const forget = () => this.#underWay.delete(run)
    result.then(forget, forget)
    return { run, started }
  }

  /** A run that is lost while it is made ready does nothing. */
  async #start(id: string, prepare: () => Promise<ReadyRun>, isLost: () => boolean): Promise<StartedRun> {
    if (this.#closed) throw isClosed()
    const { history, first, ...start } = await prepare()
    const { stamp, eventContent, onEvent, journal } = this.#host
    const log = new RunLog({
      runId: id,
      workflow: start.input.workflow.name,
      stamp,
      withContent: eventContent,
      history,
      keep: journal.append,
      onEvent,
    })
    if (isLost()) log.abandon()
    this.#logs.set(id, log)
    const started = { log, pipeline: first === null ? alreadyOver : this.#host.startPipeline({ ...start, first }) }
    this.#started.set(id, started)
    if (log.isAbandoned) this.#abandon(id)
    return started
  }

  async #finish(id: string, { log, pipeline }: StartedRun): Promise<RunReport> {
    const broken = await pipeline.ended
    if (broken !== null) log.record(runBroke(broken.error))
    await this.#host.settled(id)
    await log.close()
    this.#logs.delete(id)
    this.#started.delete(id)
    if (log.isAbandoned) throw goesOnElsewhere(id)
    const report = reportOf(log.progress)
    if (report === null) throw new Error(`run ${id} ended without a terminal event`)
    return report
  }

  /** Stops what a run does here without ending it. */
  #abandon(id: string): void {
    const started = this.#started.get(id)
    started?.log.abandon()
    started?.pipeline.cancel()
  }
}

const alreadyOver: RunningPipeline = { ended: Promise.resolve(null), cancel: () => {} }

/** What is asked of a Doubletrack after `close()`. */
export const isClosed = () => wrongInput("this Doubletrack is closed; start another one")

const goesOnElsewhere = (id: string) =>
  wrongInput(`run ${id} is no longer this process's: it was left to be resumed, or another process has taken it over`)

const eventsOf = (started: Promise<StartedRun>): Observable<RunEvent> =>
  from(started).pipe(
    switchMap(({ log }) => log.events$),
    catchError(() => EMPTY),
  )

const runBroke = (error: unknown) => {
  const { reason, message } = new StepFailure({
    reason: "defect",
    message: error instanceof Error ? error.message : String(error),
  })
  return { _tag: "RunFailed", step: null, reason, message, usage: noUsage, latencyMs: 0 } as const
}

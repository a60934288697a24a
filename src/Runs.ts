import { catchError, EMPTY, from, type Observable, switchMap } from "rxjs"
import type { RunEvent } from "./RunEvent.ts"
import type { RunReport } from "./RunReport.ts"
import { InputError } from "./InputError.ts"
import type { PipelineInput } from "./machines/hybridContext.ts"
import type { Run, RunOptions } from "./Run.ts"
import { RunLog, type Stamp } from "./RunLog.ts"
import type { RunningPipeline } from "./startPipeline.ts"
import { StepFailure } from "./StepFailure.ts"
import { reportOf } from "./streams/report.ts"
import { noUsage } from "./Usage.ts"
import type { WorkflowInput } from "./Workflow.ts"

/** What runs need from their runtime. */
export interface RunsHost {
  readonly newRunId: () => string
  readonly stamp: Stamp
  readonly eventContent: boolean
  /** Told of every event, inputs and answers included. */
  readonly onEvent: (event: RunEvent) => void
  /** Loads and checks everything that can be checked before the run; rejects with InputError. */
  readonly prepare: (runId: string, workflow: string | WorkflowInput, options: RunOptions) => Promise<PipelineInput>
  readonly startPipeline: (input: PipelineInput) => RunningPipeline
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
  readonly #logs = new Map<string, RunLog>()
  readonly #underWay = new Set<Run>()
  #closed = false

  constructor(host: RunsHost) {
    this.#host = host
  }

  /** The log of a run under way, for facts that its machines and services report. */
  log(runId: string): RunLog | undefined {
    return this.#logs.get(runId)
  }

  start(workflow: string | WorkflowInput, options: RunOptions): Run {
    const id = this.#host.newRunId()
    const started = this.#start(id, workflow, options)
    const result = started.then((run) => this.#finish(id, run))
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
    this.#underWay.add(run)
    const forget = () => this.#underWay.delete(run)
    result.then(forget, forget)
    return run
  }

  /** Cancels what is under way and waits for it; later starts are refused. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled([...this.#underWay].map((run) => run.cancel()))
  }

  async #start(id: string, workflow: string | WorkflowInput, options: RunOptions): Promise<StartedRun> {
    if (this.#closed) throw isClosed()
    const input = await this.#host.prepare(id, workflow, options)
    const { stamp, eventContent, onEvent } = this.#host
    const log = new RunLog({ runId: id, workflow: input.workflow.name, stamp, withContent: eventContent, onEvent })
    this.#logs.set(id, log)
    return { log, pipeline: this.#host.startPipeline(input) }
  }

  async #finish(id: string, { log, pipeline }: StartedRun): Promise<RunReport> {
    const broken = await pipeline.ended
    if (broken !== null) log.record(runBroke(broken.error))
    await this.#host.settled(id)
    log.close()
    this.#logs.delete(id)
    const report = reportOf(log.progress)
    if (report === null) throw new Error(`run ${id} ended without a terminal event`)
    return report
  }
}

/** What is asked of a Doubletrack after `close()`. */
export const isClosed = () => new InputError({ message: "this Doubletrack is closed; start another one", problems: [] })

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

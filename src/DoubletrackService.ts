import type { Effect } from "effect/Effect"
import type { Observable } from "rxjs"
import type { CacheReport } from "./CacheReport.ts"
import type { ExperimentReport } from "./ExperimentReport.ts"
import type { FeedbackOptions, FeedbackReport } from "./giveFeedback.ts"
import type { EventStream } from "./EventStream.ts"
import type { InputError } from "./InputError.ts"
import type { FleetReport } from "./openFleet.ts"
import type { ExperimentControl } from "./Route.ts"
import type { ResumedRun, ResumeOptions, Run, RunOptions, SubmittedRun } from "./Run.ts"
import type { RunReport } from "./RunReport.ts"
import type { RunWorker, WorkOptions } from "./RunWorker.ts"
import type { RunSummary } from "./RunSummary.ts"
import type { CompareOptions, StepComparison } from "./services/evaluation/compareStep.ts"
import type { EvaluateOptions } from "./services/evaluation/evaluateWorkflow.ts"
import type { EvaluationReport } from "./services/evaluation/EvaluationReport.ts"
import type { OptimizeOptions } from "./services/optimization/OptimizeOptions.ts"
import type { OptimizeReport } from "./services/optimization/concludeJob.ts"
import type { DryPrompt } from "./services/prompts/dryRun.ts"
import type { EventQuery } from "./services/events/EventSource.ts"
import type { CheckOptions, CheckReport } from "./services/workflows/Workflows.ts"
import type { Signature } from "./Signature.ts"
import type { StepMetricsReport } from "./StepMetricsReport.ts"
import type { RecommendationChange } from "./streams/recommendations.ts"
import type { SystemEvent } from "./SystemEvent.ts"
import type { StepWithSignature, TypedStep } from "./typedStep.ts"
import type { WorkflowInput } from "./Workflow.ts"

/**
 * A started Doubletrack. Runs in it never see each other's state, and go on where the store cannot be used; what is asked of the
 * store then rejects with StoreError.
 */
export interface DoubletrackService {
  /** Starts a run of a workflow: the path of a YAML file, or the workflow itself. */
  readonly run: (workflow: string | WorkflowInput, options?: RunOptions) => Run
  /** The same as an effect: interrupting it cancels the run. */
  readonly runEffect: (workflow: string | WorkflowInput, options?: RunOptions) => Effect<RunReport, InputError>
  /**
   * Goes on with a run that was interrupted, from the step that was under way; steps that ended are not run again. Of one
   * that has ended nothing is: its events and its report are told again. Its result rejects with InputError where that
   * cannot be: somebody is at it, it is in doubt, or it has ended and a step is to be retried or skipped.
   */
  readonly resume: (runId: string, options?: ResumeOptions) => ResumedRun
  /**
   * Puts a run into the queue of the fleet, for whichever worker takes it. What it reads from this machine goes with it:
   * the workflow, its inputs and its prompt files. It goes on whatever becomes of this process; `attach` finds it again.
   */
  readonly submit: (workflow: string | WorkflowInput, options?: RunOptions) => SubmittedRun
  /** Follows a run that was submitted, here or elsewhere. Its result rejects with InputError where nobody goes on with it. */
  readonly attach: (runId: string) => Run
  /** Carries out the runs of the fleet, until it is stopped or this Doubletrack is closed. Throws InputError without NATS. */
  readonly work: (options?: WorkOptions) => RunWorker
  /** The runs of this state directory, the newest first: those that go on, were interrupted, and the latest that ended. */
  readonly runs: () => Promise<ReadonlyArray<RunSummary>>
  /** Ends a run that was interrupted; a process that is at the run is asked to, and does so within about a second. */
  readonly cancelRun: (runId: string) => Promise<"cancelled" | "asked">
  /** One step by itself, typed by its signature. */
  readonly step: <const S extends StepWithSignature>(step: S) => TypedStep<S["signature"]>
  /** The prompts of a run, as far as they are known before a model answers. Calls none. */
  readonly dryRun: (
    workflow: string | WorkflowInput,
    options?: RunOptions,
  ) => Promise<{ readonly prompts: ReadonlyArray<DryPrompt> }>
  /** All that is wrong with a workflow file. */
  readonly check: (file: string, options?: CheckOptions) => Promise<CheckReport>
  /** Which models the steps of a workflow get and why, in one line; one that cannot be called is left out. */
  readonly describeModels: (workflow: string | WorkflowInput, options?: RunOptions) => Promise<string>
  /**
   * What steps are worth on a data set, with every answer, one report for each step. Rejects with InputError before
   * anything is spent, with MetricError or StepFailure where an answer could not be scored or asked for.
   */
  readonly evaluate: (
    workflow: string | WorkflowInput,
    options?: EvaluateOptions & { readonly signal?: AbortSignal },
  ) => Promise<ReadonlyArray<EvaluationReport>>
  /**
   * Compiles programs for steps of a workflow from examples, and adopts those that are better by evidence. One report
   * for each step. Rejects with InputError before anything is spent, with OptimizationError where a search fails.
   */
  readonly optimize: (
    workflow: string | WorkflowInput,
    options?: OptimizeOptions & {
      readonly signal?: AbortSignal
      /** Told what a person should know, though nothing is wrong. */
      readonly onNotice?: (message: string) => void
    },
  ) => Promise<ReadonlyArray<OptimizeReport>>
  /**
   * Runs both tracks of a step on inputs of one's own, and keeps the result. Live experiments do not count it. Rejects
   * with InputError where the step has no program, with StepFailure where a key or setting is wrong.
   */
  readonly compare: (
    options: CompareOptions & { readonly workflow: string | WorkflowInput; readonly signal?: AbortSignal },
  ) => Promise<StepComparison>
  /** Everything that is known of the tracks of steps, newest first. */
  readonly experiments: () => Promise<ReadonlyArray<ExperimentReport>>
  /**
   * Pauses the experiment of a step, pins the step to a track, or lets evidence decide again (`running`). Without a
   * workflow, the only one that has such a step. Holds for every process with the same store, and on every node of the
   * fleet, from the next step on.
   */
  readonly controlExperiment: (options: {
    readonly workflow?: string
    readonly step: string
    readonly control: ExperimentControl
  }) => Promise<{ readonly workflow: string; readonly step: string; readonly control: ExperimentControl }>
  /**
   * Takes in what a person says of an answer, once however often it is sent. Rejects with InputError where no such step is known,
   * or the expected outputs are none that it can have.
   */
  readonly feedback: (options: FeedbackOptions) => Promise<FeedbackReport>
  /** Adopts a program by hand. */
  readonly promote: (programId: string) => Promise<{ readonly programId: string }>
  /** Undoes the last adoption of a step; gives the program that holds now, or null. */
  readonly rollback: (place: {
    readonly workflow: string
    readonly step: string
  }) => Promise<{ readonly programId: string | null }>
  /**
   * Takes every program of a signature out of use, and makes everything stale that was kept for it, on every node of the
   * fleet. A signature, or its hash; gives how many programs were in use here.
   */
  readonly invalidate: (
    signature: string | Signature,
  ) => Promise<{ readonly signatureHash: string; readonly programs: number }>
  /** How the caches of this process did: hits by tier, misses, age of what was served. */
  readonly cacheMetrics: () => Promise<ReadonlyArray<CacheReport>>
  /** What each track of each step does: rates, costs, latencies, quality, for ever and in the last hour. Replays the latest; completes on `close`. */
  readonly metrics$: Observable<ReadonlyArray<StepMetricsReport>>
  /** Each experiment of this process whenever something was learned, or people decided about it. Completes on `close`. */
  readonly experiments$: Observable<ExperimentReport>
  /** Recommendations, whenever another one is made, as `RecommendationMade` tells it. Completes on `close`. */
  readonly recommendations$: Observable<RecommendationChange>
  /** What happens outside of runs, optimizations above all, from subscription on. Never errors; completes on `close`. */
  readonly systemEvents$: Observable<SystemEvent>
  /**
   * Everything that happens: in the whole fleet with NATS, from the beginning of what it keeps or `since` a time (ISO 8601); else
   * in this process, from subscription on. A `durable` subscriber goes on where it was; `run` asks for one run alone. Slow
   * subscribers are waited for: also by `for await`. Errors with InputError where it cannot be done; completes on `close`.
   */
  readonly events$: (query?: Omit<EventQuery, "follow">) => EventStream
  /** How this process stands with its fleet: its connection, what waits to be sent, and how far its experiments are. */
  readonly fleet: () => Promise<FleetReport>
  /** Turns the kill switch: while on, every step that is routed goes traditional. `DOUBLETRACK_FORCE=traditional` in the environment does the same. */
  readonly forceTraditional: (on: boolean) => void
  /** Cancels what was started here, leaves what was resumed by itself to be resumed again, waits, and releases everything. */
  readonly close: (options?: {
    /** `true`: all runs stop where they are, and go on with the next start. Default false. */
    readonly leaveRuns?: boolean
  }) => Promise<void>
}

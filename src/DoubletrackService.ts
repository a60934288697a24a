import type { Effect } from "effect/Effect"
import type { Observable } from "rxjs"
import type { InputError } from "./InputError.ts"
import type { Run, RunOptions } from "./Run.ts"
import type { RunReport } from "./RunReport.ts"
import type { EvaluateOptions } from "./services/evaluation/evaluateWorkflow.ts"
import type { EvaluationReport } from "./services/evaluation/EvaluationReport.ts"
import type { OptimizeOptions } from "./services/optimization/OptimizeOptions.ts"
import type { OptimizeReport } from "./services/optimization/optimizeStep.ts"
import type { DryPrompt } from "./services/prompts/dryRun.ts"
import type { CheckOptions, CheckReport } from "./services/workflows/Workflows.ts"
import type { SystemEvent } from "./SystemEvent.ts"
import type { StepWithSignature, TypedStep } from "./typedStep.ts"
import type { WorkflowInput } from "./Workflow.ts"

/** A started Doubletrack. Runs in it never see each other's state. */
export interface DoubletrackService {
  /** Starts a run of a workflow: the path of a YAML file, or the workflow itself. */
  readonly run: (workflow: string | WorkflowInput, options?: RunOptions) => Run
  /** The same as an effect: interrupting it cancels the run. */
  readonly runEffect: (workflow: string | WorkflowInput, options?: RunOptions) => Effect<RunReport, InputError>
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
  /** What happens outside of runs, optimizations above all, from subscription on. Never errors; completes on `close`. */
  readonly systemEvents$: Observable<SystemEvent>
  /** Turns the kill switch: while on, every step that is routed goes traditional. `DOUBLETRACK_FORCE=traditional` in the environment does the same. */
  readonly forceTraditional: (on: boolean) => void
  /** Cancels what is running, waits for it, and releases everything. */
  readonly close: () => Promise<void>
}

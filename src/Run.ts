import type { Observable } from "rxjs"
import type { BudgetLimits } from "./BudgetLimits.ts"
import type { ExecutionMode } from "./ExecutionMode.ts"
import type { JsonObject } from "./Json.ts"
import type { RunEvent } from "./RunEvent.ts"
import type { RunReport } from "./RunReport.ts"

/** How one run differs from what its workflow and the settings say. */
export interface RunOptions {
  /** What `{{inputs.…}}` and signatures see. */
  readonly inputs?: JsonObject
  readonly mode?: ExecutionMode
  /** By step name; stronger than everything but the kill switch. */
  readonly stepModes?: { readonly [step: string]: ExecutionMode }
  /** `false`: a failing optimized track fails the step. */
  readonly fallbackEnabled?: boolean
  /** Behave exactly as the original format's implementation did, blanks included. */
  readonly strictCompat?: boolean
  /** Model id for every step. */
  readonly model?: string
  /** What draws are made from; the same seed and facts give the same routes. Runs that share one share their luck. */
  readonly seed?: number
  /**
   * Whom the run is for, such as a user's id: the same unit keeps its track while the shares of an experiment stay, and
   * counts once in it.
   */
  readonly unit?: string
  /** What the run's model calls may use up, limit by limit in place of `hybrid_config.budget.run`. */
  readonly budget?: BudgetLimits
  /** Where `output_to_file` is written. */
  readonly outputDir?: string
}

/** What a person decides about the step that an interrupted run goes on with. */
export interface ResumeOptions {
  /** Run it again, although it may have changed things outside of the run. */
  readonly retry?: string
  /** Pass it by: it counts as skipped. */
  readonly skip?: string
}

/** One run under way. */
export interface Run {
  readonly id: string
  /** Replays from RunStarted to a late subscriber, completes after the terminal event, never errors. Unsubscribing does not cancel. */
  readonly events$: Observable<RunEvent>
  /**
   * The report, whether the run completed, failed or was cancelled. Rejects with InputError when the workflow or its
   * inputs are wrong, or the run cannot be resumed; then nothing was run. Also where another process has taken it over.
   */
  readonly result: Promise<RunReport>
  /** Stops the calls under way and ends the run; does nothing once it has ended. */
  cancel(): Promise<RunReport>
}

/** A run that was to go on. */
export interface ResumedRun extends Run {
  /** Whether it had ended before: then nothing is run, and its events and its report are what they were. Rejects like `result`. */
  readonly hadEnded: Promise<boolean>
}

/** A run that was put into the queue of a fleet. */
export interface SubmittedRun extends Run {
  /** Resolves when the fleet has it: from then on it is carried out, whatever becomes of this process. Rejects with InputError where it is not taken. */
  readonly submitted: Promise<void>
}

import type { JsonObject } from "./Json.ts"
import type { Step } from "./Step.ts"

/** What `{{…}}`, conditions and prompt parts can see when a step starts. */
export interface Scope {
  readonly inputs: JsonObject
  /** Results of the steps that completed or were skipped, by name. */
  readonly results: { readonly [step: string]: JsonObject }
  readonly variables: JsonObject
  readonly globalVars: JsonObject
  /** The run's id and start, for `{{run.id}}` and `{{run.startedAt}}`. */
  readonly run: { readonly id: string; readonly startedAt: string }
}

/** The settings of one run that reach its steps. */
export interface RunSettings {
  /** Directory of the workflow file; relative files are looked for here after the working directory. */
  readonly directory: string
  readonly outputDir: string
  /** Behave exactly as the original format's implementation did, blanks included. */
  readonly strictCompat: boolean
  /** Model id that overrides what steps ask for. */
  readonly model?: string
  /** Deadline of one track of one step, ms. */
  readonly stepTimeoutMs: number
  /** The workflow's `defaults.claude_preset`: the preset of steps that name none. */
  readonly claudePreset?: string
}

/** One step, ready to be executed by a track. JSON throughout, so that it can be journaled. */
export interface StepTask {
  readonly runId: string
  readonly workflow: string
  readonly step: Step
  readonly path: string
  readonly scope: Scope
  readonly settings: RunSettings
  /** Names of the steps after this one, so that a message about a step that has not run can say so. */
  readonly laterSteps?: ReadonlyArray<string>
}

import * as Schema from "effect/Schema"
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
export const RunSettings = Schema.Struct({
  /** Directory of the workflow file; relative files are looked for here after the working directory. */
  directory: Schema.String,
  /** Where a run that is resumed was begun, in place of the working directory of the process. */
  workingDirectory: Schema.optionalKey(Schema.String),
  /** Texts of prompt files that came with the run, by their paths as they are written; others are looked for on the disk. */
  files: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  outputDir: Schema.String,
  /** Behave exactly as the original format's implementation did, blanks included. */
  strictCompat: Schema.Boolean,
  /** Model id that overrides what steps ask for. */
  model: Schema.optionalKey(Schema.String),
  /** Deadline of one track of one step, ms. */
  stepTimeoutMs: Schema.Finite,
  /** `false`: no answer is taken from a cache; a step may say otherwise. Absent: true. */
  cacheEnabled: Schema.optionalKey(Schema.Boolean),
  /** The workflow's `defaults.claude_preset`: the preset of steps that name none. */
  claudePreset: Schema.optionalKey(Schema.String),
})
export type RunSettings = typeof RunSettings.Type

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

import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import { checkRunOptions } from "./checkRunOptions.ts"
import { type InputError, refuse } from "./InputError.ts"
import type { PipelineInput } from "./PipelineInput.ts"
import { missingInputsText } from "./missingInputsText.ts"
import type { RunOptions } from "./Run.ts"
import { modelChoice } from "./services/executors/modelChoice.ts"
import { Models } from "./services/models/Models.ts"
import type { Settings } from "./Settings.ts"
import type { Step } from "./Step.ts"
import type { RunSettings } from "./StepTask.ts"
import type { LoadedWorkflow, Workflow } from "./Workflow.ts"

/** What a run takes from its surroundings. */
export interface RunSurroundings {
  readonly runId: string
  readonly startedAt: string
  /** Used where the run names none. */
  readonly seed: number
  readonly killSwitch: boolean
  readonly settings: Settings
}

/** Puts a run together, and fails where what is asked for does not fit the workflow. */
export const prepareRun = (
  loaded: LoadedWorkflow,
  options: RunOptions,
  surroundings: RunSurroundings,
): Effect.Effect<PipelineInput, InputError> =>
  Effect.gen(function* () {
    const { workflow } = loaded
    const { runId, startedAt, killSwitch, settings } = surroundings
    yield* checkRunOptions(options)
    yield* checkModes(loaded, options)
    yield* checkInputs(loaded, options)
    return {
      runId,
      startedAt,
      workflow,
      killSwitch,
      inputs: options.inputs ?? {},
      mode: options.mode,
      stepModes: options.stepModes ?? {},
      fallbackEnabled: options.fallbackEnabled,
      unit: options.unit === undefined ? null : hashOf(options.unit),
      seed: options.seed ?? surroundings.seed,
      settings: runSettings(loaded, options, settings),
    }
  })

/** Events carry who a run is for as a hash alone. */
const hashOf = (unit: string): string => createHash("sha256").update(unit).digest("hex").slice(0, 16)

/** The settings that reach the steps of a run. */
export const runSettings = (
  { workflow, directory }: LoadedWorkflow,
  options: RunOptions,
  settings: Settings,
): RunSettings => ({
  ...presetOf(workflow),
  directory,
  outputDir: options.outputDir ?? settings.outputDir ?? workflow.defaults?.output_dir ?? "outputs",
  strictCompat: options.strictCompat ?? false,
  stepTimeoutMs: settings.stepTimeoutMs,
  ...(options.model === undefined ? {} : { model: options.model }),
  ...(workflow.dspy_config?.cache_enabled === undefined ? {} : { cacheEnabled: workflow.dspy_config.cache_enabled }),
})

const presetOf = ({ defaults }: Workflow): Pick<RunSettings, "claudePreset"> => {
  const preset = defaults?.["claude_preset"]
  return typeof preset === "string" ? { claudePreset: preset } : {}
}

const checkModes = ({ workflow }: LoadedWorkflow, { stepModes = {} }: RunOptions) => {
  const names = workflow.steps.map(({ name }) => name)
  const unknown = Object.keys(stepModes).filter((name) => !names.includes(name))
  if (unknown.length > 0) {
    return refuse(`no step is called ${unknown.join(", ")}; the steps of ${workflow.name} are ${names.join(", ")}`)
  }
  return Effect.void
}

const checkInputs = (loaded: LoadedWorkflow, options: RunOptions) => {
  const missing = missingInputsText(loaded, options)
  return missing.length === 0 ? Effect.void : refuse(missing.join("\n"))
}

/** The model of each step that asks one, by name; each can be called: its provider is known and its key is set. */
export const checkModels = (steps: ReadonlyArray<Step>, model: string | undefined) =>
  Effect.gen(function* () {
    const models = yield* Models
    const ids: Record<string, string> = {}
    for (const step of steps) {
      const choice = modelChoice(step, model)
      if (choice === null) continue
      ids[step.name] = yield* models
        .resolve(choice)
        .pipe(Effect.catch((error) => refuse(`step "${step.name}": ${error.message}`)))
    }
    return ids
  })

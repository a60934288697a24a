import type { Step } from "../../../src/Step.ts"
import type { RunSettings, Scope, StepTask } from "../../../src/StepTask.ts"

export const settings: RunSettings = {
  directory: "/pipelines",
  outputDir: "outputs",
  strictCompat: false,
  stepTimeoutMs: 60_000,
}

export const strictSettings: RunSettings = { ...settings, strictCompat: true }

/** A task of a step, in a run where nothing else happened yet. */
export const aTask = (
  step: Partial<Step> & { readonly type: string },
  surroundings: {
    readonly scope?: Partial<Scope>
    readonly settings?: Partial<RunSettings>
    readonly laterSteps?: ReadonlyArray<string>
  } = {},
): StepTask => ({
  runId: "run-1",
  workflow: "demo",
  path: step.name ?? "draft",
  ...(surroundings.laterSteps === undefined ? {} : { laterSteps: surroundings.laterSteps }),
  step: { name: "draft", ...step },
  scope: {
    inputs: {},
    results: {},
    variables: {},
    globalVars: {},
    run: { id: "run-1", startedAt: "2026-01-02T03:04:05.000Z" },
    ...surroundings.scope,
  },
  settings: { ...settings, ...surroundings.settings },
})

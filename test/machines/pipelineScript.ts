import type { PipelineInput } from "../../src/PipelineInput.ts"
import type { Step } from "../../src/Step.ts"

const step = (name: string): Step => ({
  name,
  type: "claude",
  signature: { instructions: "", inputs: [{ name: "a", type: "string" }], outputs: [{ name: "b", type: "string" }] },
})

/** A run of steps with these names. */
export const pipelineInput = (
  names: readonly [string, ...ReadonlyArray<string>],
  change: Partial<PipelineInput> = {},
): PipelineInput => ({
  runId: "run-1",
  startedAt: "2026-01-01T00:00:00.000Z",
  workflow: { name: "w", steps: [step(names[0]), ...names.slice(1).map(step)] },
  inputs: {},
  stepModes: {},
  killSwitch: false,
  unit: null,
  seed: 1,
  settings: { directory: ".", outputDir: "outputs", strictCompat: false, stepTimeoutMs: 1000 },
  ...change,
})
